/** The nest room of @dmitry/analyst. */
export {};
