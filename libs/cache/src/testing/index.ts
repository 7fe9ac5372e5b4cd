/** The testing room of @dmitry/cache. */
export {};
