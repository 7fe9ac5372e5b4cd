import { digestOf } from '@dmitry/contracts';
import { isCount } from './gcra.policy.ts';
import { requestInvalid } from './ratelimit.errors.ts';
import type { BudgetState, BudgetUse } from './token-budget.port.ts';

/** How long a settled use is remembered. */
export const SETTLED_MS = 86_400_000;

/** A use's keys, without anything readable; a tenant's share a hash tag. */
export interface BudgetPlan {
  readonly budgetKey: string;
  readonly useKey: string;
}

/** @throws DmitryError `ratelimit.request_invalid` */
export function budgetPlanOf({ tenant, policy, key, useId }: BudgetUse, amounts: readonly number[]): BudgetPlan {
  const numbers = [policy.limit, policy.periodMs, ...amounts];
  if (!/^[\x20-\x7e]{1,64}$/.test(policy.name))
    throw requestInvalid('a budget has a name of 1 to 64 printable ASCII characters');
  if (!numbers.every(isCount) || policy.periodMs < 1)
    throw requestInvalid('limits, periods, amounts and leases are whole numbers, 0 or more');
  if (useId === '') throw requestInvalid('the id of the use is empty');
  const tag = `ratelimit:{${digestOf(tenant).slice(0, 32)}}`;
  return { budgetKey: `${tag}:b:${digestOf([tenant, policy.name, key])}`, useKey: digestOf([tenant, useId]) };
}

/** Where a budget stands. */
export const budgetStateOf = (use: BudgetUse, taken: number, nowMs: number): BudgetState => ({
  remaining: Math.max(0, use.policy.limit - taken),
  resetMs: use.policy.periodMs - (nowMs % use.policy.periodMs),
});
