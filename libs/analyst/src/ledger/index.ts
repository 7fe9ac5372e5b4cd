/** The ledger room of @dmitry/analyst. */
export {};
