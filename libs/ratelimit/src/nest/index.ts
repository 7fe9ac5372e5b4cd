/** The nest room of @dmitry/ratelimit. */
export {};
