/** The redis room of @dmitry/cache. */
export {};
