/** The nest room of @dmitry/workflow. */
export {};
