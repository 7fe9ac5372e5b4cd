/** The platform room of @dmitry/workflow. */
export {};
