/** The redis room of @dmitry/ratelimit. */
export {};
