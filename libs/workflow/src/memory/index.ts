/** The memory room of @dmitry/workflow. */
export {};
