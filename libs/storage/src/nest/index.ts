/** The nest room of @dmitry/storage. */
export {};
