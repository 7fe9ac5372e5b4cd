/** The door of @dmitry/trust-ledger: A per-tenant Merkle log of every call, decision and effect, verifiable offline. */
export {};
