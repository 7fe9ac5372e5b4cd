/** The testing room of @dmitry/trust-ledger. */
export {};
