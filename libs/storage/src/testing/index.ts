/** The testing room of @dmitry/storage. */
export {};
