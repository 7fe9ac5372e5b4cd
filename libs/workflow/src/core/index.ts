/** The door of @dmitry/workflow: Durable runs: journal, timers, compensation and reconciliation. */
export {};
