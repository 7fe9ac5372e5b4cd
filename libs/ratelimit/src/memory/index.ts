/** Limits and budgets of one process. */
export { createMemoryRateLimitStore } from './memory-rate-limit-store.ts';
export { createMemoryTokenBudgets } from './memory-token-budgets.ts';
