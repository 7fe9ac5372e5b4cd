/** Limits and budgets of a fleet, in Redis. */
export { openRedisRateLimitStore } from './redis-rate-limit-store.ts';
export { openRedisTokenBudgets } from './redis-token-budgets.ts';
export type { RedisLimitsOptions } from './limits-options.ts';
