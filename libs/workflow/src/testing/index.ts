/** The testing room of @dmitry/workflow. */
export {};
