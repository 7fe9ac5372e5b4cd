/** `limit` units per period; periods begin at multiples of `periodMs` since 1970 (UTC days for 86 400 000). */
export interface BudgetPolicy {
  /** Printable ASCII: `tokens-per-day`. */
  readonly name: string;
  readonly limit: number;
  readonly periodMs: number;
}

/** One use of a budget: what is reserved before it and settled after it. */
export interface BudgetUse {
  readonly tenant: string;
  readonly policy: BudgetPolicy;
  /** Whose budget: a user, a model. Kept as a digest only. */
  readonly key: string;
  /** Of the request. Reserving and settling it again change nothing. */
  readonly useId: string;
}

export interface BudgetState {
  /** Units neither spent nor reserved. */
  readonly remaining: number;
  /** Until the next period. */
  readonly resetMs: number;
}

export type Reserved =
  | ({ readonly kind: 'reserved' | 'exhausted' } & BudgetState)
  /** This use was settled already: it takes a new id. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'unavailable'; readonly code: 'ratelimit.store_unavailable' };

export type Settled =
  | ({ readonly kind: 'settled' } & BudgetState)
  | { readonly kind: 'unavailable'; readonly code: 'ratelimit.store_unavailable' };

/**
 * Budgets whose use is known only afterwards. A reservation counts against the budget until it is settled or its lease ends, so while
 * uses stay within what they reserved and within their lease, spent + reserved never exceeds the limit. A use that was larger or later is
 * charged all the same: what happened counts. Settling charges the period in which it happens. Time is the store's.
 * @throws DmitryError `ratelimit.request_invalid` for numbers that make no sense
 */
export interface TokenBudgets {
  /** @param leaseMs after which an unsettled reservation is given back */
  reserve(use: BudgetUse, amount: number, leaseMs: number): Promise<Reserved>;
  /** Charges what was used, 0 to give everything back. */
  settle(use: BudgetUse, actual: number): Promise<Settled>;
  close(): Promise<void>;
}
export const TokenBudgets = Symbol('TokenBudgets');
