/** The nest room of @dmitry/health. */
export {};
