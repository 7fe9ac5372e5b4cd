/** The nest room of @dmitry/cache. */
export {};
