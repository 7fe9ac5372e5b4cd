/** The storage room of @dmitry/safety-gate. */
export {};
