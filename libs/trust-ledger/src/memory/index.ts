/** The memory room of @dmitry/trust-ledger. */
export {};
