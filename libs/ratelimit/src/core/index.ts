/** The door of @dmitry/ratelimit: Limits, quotas and token budgets judged in one round trip. */
export {};
