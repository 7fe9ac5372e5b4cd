/** The storage room of @dmitry/correlation. */
export {};
