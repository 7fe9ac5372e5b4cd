/** The contract suites of the rate limit store and of the token budgets. */
export { describeRateLimitStoreContract } from './rate-limit-store.contract.ts';
export type { RateLimitSubject } from './rate-limit-store.contract.ts';
export { describeTokenBudgetsContract } from './token-budgets.contract.ts';
export type { TokenBudgetsSubject } from './token-budgets.contract.ts';
