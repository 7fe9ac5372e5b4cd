/** The http room of @dmitry/outbound. */
export {};
