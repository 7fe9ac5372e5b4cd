/** The ledger room of @dmitry/safety-gate. */
export {};
