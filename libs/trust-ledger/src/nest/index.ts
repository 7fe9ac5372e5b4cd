/** The nest room of @dmitry/trust-ledger. */
export {};
