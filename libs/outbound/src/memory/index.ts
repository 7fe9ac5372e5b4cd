/** The memory room of @dmitry/outbound. */
export {};
