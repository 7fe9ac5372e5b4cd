/** The storage room of @dmitry/messaging. */
export {};
