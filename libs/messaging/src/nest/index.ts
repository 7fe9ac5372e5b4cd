/** The nest room of @dmitry/messaging. */
export {};
