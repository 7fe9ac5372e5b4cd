/** The pglite room of @dmitry/storage. */
export {};
