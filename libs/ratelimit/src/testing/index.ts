/** The testing room of @dmitry/ratelimit. */
export {};
