/** The memory room of @dmitry/ratelimit. */
export {};
