/** The postgres room of @dmitry/storage. */
export {};
