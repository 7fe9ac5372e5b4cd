/** The memory room of @dmitry/cache. */
export {};
