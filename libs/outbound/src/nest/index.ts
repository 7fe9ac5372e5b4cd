/** The nest room of @dmitry/outbound. */
export {};
