/** The door of @dmitry/contracts: What crosses a wire: events, findings, actions, decisions, ledger entries, topics and problem codes. */
export {};
