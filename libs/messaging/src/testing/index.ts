/** The testing room of @dmitry/messaging. */
export {};
