import type { Clock } from '@dmitry/kit';
import {
  budgetPlanOf,
  budgetStateOf,
  type BudgetUse,
  type Reserved,
  SETTLED_MS,
  type Settled,
  type TokenBudgets,
} from '../core/index.ts';

/** Budgets of one process, in the time of the clock. */
export const createMemoryTokenBudgets = (clock: Clock): TokenBudgets => new MemoryTokenBudgets(clock);

interface Budget {
  period: number;
  /** From when on it says the same as a new one. */
  idleMs: number;
  spent: number;
  readonly reservations: Map<string, { readonly amount: number; readonly untilMs: number }>;
  readonly settled: Map<string, number>;
}

/** Budgets beyond which those that say nothing any more are swept out. */
const SWEEP_SIZE = 10_000;

class MemoryTokenBudgets implements TokenBudgets {
  private readonly budgets = new Map<string, Budget>();
  private sweepSize = SWEEP_SIZE;

  constructor(private readonly clock: Clock) {}

  async reserve(use: BudgetUse, amount: number, leaseMs: number): Promise<Reserved> {
    const { budgetKey, useKey } = budgetPlanOf(use, [amount, leaseMs]);
    const nowMs = this.clock.now();
    const budget = this.current(budgetKey, use, nowMs);
    budget.idleMs = Math.max(budget.idleMs, nowMs + leaseMs + use.policy.periodMs);
    if (budget.settled.has(useKey)) return { kind: 'settled' };
    const known = budget.reservations.has(useKey);
    const fits = known || takenOf(budget) + amount <= use.policy.limit;
    if (fits && !known) budget.reservations.set(useKey, { amount, untilMs: nowMs + leaseMs });
    return { kind: fits ? 'reserved' : 'exhausted', ...budgetStateOf(use, takenOf(budget), nowMs) };
  }

  async settle(use: BudgetUse, actual: number): Promise<Settled> {
    const { budgetKey, useKey } = budgetPlanOf(use, [actual]);
    const nowMs = this.clock.now();
    const budget = this.current(budgetKey, use, nowMs);
    if (!budget.settled.has(useKey)) {
      budget.reservations.delete(useKey);
      budget.spent += actual;
      budget.settled.set(useKey, nowMs + SETTLED_MS);
      budget.idleMs = Math.max(budget.idleMs, nowMs + Math.max(SETTLED_MS, use.policy.periodMs));
    }
    return { kind: 'settled', ...budgetStateOf(use, takenOf(budget), nowMs) };
  }

  close(): Promise<void> {
    this.budgets.clear();
    return Promise.resolve();
  }

  /** The budget as it stands now: a new period has spent nothing, an ended lease reserves nothing. */
  private current(key: string, { policy }: BudgetUse, nowMs: number): Budget {
    const period = Math.floor(nowMs / policy.periodMs);
    const budget = this.budgets.get(key) ?? {
      period,
      idleMs: 0,
      spent: 0,
      reservations: new Map(),
      settled: new Map(),
    };
    if (!this.budgets.has(key)) this.add(key, budget, nowMs);
    if (budget.period !== period) Object.assign(budget, { period, spent: 0 });
    for (const [id, { untilMs }] of budget.reservations) if (untilMs <= nowMs) budget.reservations.delete(id);
    for (const [id, untilMs] of budget.settled) if (untilMs <= nowMs) budget.settled.delete(id);
    return budget;
  }

  private add(key: string, budget: Budget, nowMs: number): void {
    if (this.budgets.size >= this.sweepSize) {
      for (const [each, known] of this.budgets) if (known.idleMs <= nowMs) this.budgets.delete(each);
      this.sweepSize = Math.max(SWEEP_SIZE, 2 * this.budgets.size);
    }
    this.budgets.set(key, budget);
  }
}

const takenOf = ({ spent, reservations }: Budget): number =>
  [...reservations.values()].reduce((sum, { amount }) => sum + amount, spent);
