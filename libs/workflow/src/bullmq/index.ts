/** The bullmq room of @dmitry/workflow. */
export {};
