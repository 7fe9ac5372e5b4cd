/** The storage room of @dmitry/workflow. */
export {};
