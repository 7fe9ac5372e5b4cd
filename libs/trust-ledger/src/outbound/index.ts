/** The outbound room of @dmitry/trust-ledger. */
export {};
