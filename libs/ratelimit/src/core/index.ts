/** The door of @dmitry/ratelimit: several limits of a call judged at once, all or nothing. */
export { RateLimitStore } from './rate-limit-store.port.ts';
export type { Consumed, ConsumeRequest, RateCharge, RatePolicy, RateState } from './rate-limit-store.port.ts';
export { consumedOf, gaugeOf, judge, violatedPolicies } from './gcra.policy.ts';
export type { Gauge, Judged, Reading } from './gcra.policy.ts';
export { planOf, REPEAT_WINDOW_MS } from './consume-plan.ts';
export type { ConsumePlan } from './consume-plan.ts';
export { TokenBudgets } from './token-budget.port.ts';
export type { BudgetPolicy, BudgetState, BudgetUse, Reserved, Settled } from './token-budget.port.ts';
export { budgetPlanOf, budgetStateOf, SETTLED_MS } from './budget-plan.ts';
export type { BudgetPlan } from './budget-plan.ts';
export { rateLimitHeaders } from './ratelimit-headers.ts';
export { quotaExceeded, requestInvalid, storeUnavailable } from './ratelimit.errors.ts';
