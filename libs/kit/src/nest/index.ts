/** The nest room of @dmitry/kit. */
export {};
