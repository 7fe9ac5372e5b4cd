import type { Redis } from 'ioredis';
import { type Logger, silentLogger } from '@dmitry/kit';
import {
  type BudgetPlan,
  budgetPlanOf,
  budgetStateOf,
  type BudgetUse,
  type Reserved,
  SETTLED_MS,
  type Settled,
  type TokenBudgets,
} from '../core/index.ts';
import { RESERVE_SCRIPT, SETTLE_SCRIPT } from './budget-scripts.ts';
import { closeConnection, openLimitsConnection, type Script } from './limits-connection.ts';
import type { RedisLimitsOptions } from './limits-options.ts';

type Scripted = Redis & { reserveBudget: Script; settleBudget: Script };

/** Budgets of a fleet: one atomic script per step, in the server's time. Failure mode: closed. */
export async function openRedisTokenBudgets(options: RedisLimitsOptions): Promise<TokenBudgets> {
  const redis = await openLimitsConnection(options, { reserveBudget: RESERVE_SCRIPT, settleBudget: SETTLE_SCRIPT });
  return new RedisTokenBudgets(redis as Scripted, options.logger ?? silentLogger);
}

const UNAVAILABLE = { kind: 'unavailable', code: 'ratelimit.store_unavailable' } as const;
const RESERVED = ['exhausted', 'reserved', 'settled'] as const;

class RedisTokenBudgets implements TokenBudgets {
  constructor(
    private readonly redis: Scripted,
    private readonly logger: Logger,
  ) {}

  async reserve(use: BudgetUse, amount: number, leaseMs: number): Promise<Reserved> {
    const plan = budgetPlanOf(use, [amount, leaseMs]);
    const { limit, periodMs } = use.policy;
    const reply = await this.ask(() =>
      this.redis.reserveBudget(4, ...keysOf(plan), plan.useKey, periodMs, limit, amount, leaseMs),
    );
    if (!reply) return UNAVAILABLE;
    const [verdict = 0, taken = 0, nowMs = 0] = reply;
    const kind = RESERVED[verdict] ?? 'exhausted';
    return kind === 'settled' ? { kind } : { kind, ...budgetStateOf(use, taken, nowMs) };
  }

  async settle(use: BudgetUse, actual: number): Promise<Settled> {
    const plan = budgetPlanOf(use, [actual]);
    const reply = await this.ask(() =>
      this.redis.settleBudget(4, ...keysOf(plan), plan.useKey, use.policy.periodMs, actual, SETTLED_MS),
    );
    if (!reply) return UNAVAILABLE;
    const [, taken = 0, nowMs = 0] = reply;
    return { kind: 'settled', ...budgetStateOf(use, taken, nowMs) };
  }

  close(): Promise<void> {
    return closeConnection(this.redis);
  }

  private async ask(call: () => Promise<number[]>): Promise<number[] | null> {
    try {
      return await call();
    } catch (error) {
      this.logger.warn('ratelimit.store_unavailable', { error: error instanceof Error ? error.message : 'unknown' });
      return null;
    }
  }
}

const keysOf = ({ budgetKey, useKey }: BudgetPlan): readonly string[] => [
  budgetKey,
  `${budgetKey}:leases`,
  `${budgetKey}:amounts`,
  `${budgetKey}:settled:${useKey}`,
];
