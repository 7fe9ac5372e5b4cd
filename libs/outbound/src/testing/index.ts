/** The testing room of @dmitry/outbound. */
export {};
