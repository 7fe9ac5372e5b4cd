/** The memory room of @dmitry/messaging. */
export {};
