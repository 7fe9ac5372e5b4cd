/** The testing room of @dmitry/safety-gate. */
export {};
