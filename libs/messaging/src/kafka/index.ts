/** The kafka room of @dmitry/messaging. */
export {};
