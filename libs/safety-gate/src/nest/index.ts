/** The nest room of @dmitry/safety-gate. */
export {};
