/** The nest room of @dmitry/pipeline. */
export {};
