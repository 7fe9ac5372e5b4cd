/** The storage room of @dmitry/trust-ledger. */
export {};
