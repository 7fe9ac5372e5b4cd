import type { Consumed, RateCharge, RatePolicy, RateState } from './rate-limit-store.port.ts';

// GCRA in whole microseconds: every sum is exact below 2^53, so a script in Redis and this file agree to the last unit.

/** What one charge means in time. */
export interface Gauge {
  /** Time that one unit takes to refill, rounded up: never a unit too many. */
  readonly unitUs: number;
  readonly burst: number;
  readonly cost: number;
}

export const gaugeOf = ({ policy, cost = 1 }: RateCharge): Gauge => ({
  unitUs: policy.limit === 0 ? 1 : Math.ceil((policy.windowMs * 1_000) / policy.limit),
  burst: policy.limit === 0 ? 0 : (policy.burst ?? policy.limit),
  cost,
});

/** Where a gauge stands: how far ahead of now its next free moment is, and how long its cost would have to wait. */
export interface Reading {
  readonly aheadUs: number;
  /** 0 when admitted, -1 when never. */
  readonly waitUs: number;
}

export interface Judged {
  readonly allowed: boolean;
  readonly readings: readonly Reading[];
}

/**
 * Judges all gauges, and charges all or none.
 * @param arrivals the theoretical arrival time of each gauge as stored, microseconds; 0 when there is none
 */
export function judge(gauges: readonly Gauge[], arrivals: readonly number[], nowUs: number): Judged {
  const ahead = gauges.map((_gauge, at) => Math.max(0, (arrivals[at] ?? 0) - nowUs));
  const waits = gauges.map((gauge, at) => waitOf(gauge, ahead[at] ?? 0));
  const allowed = waits.every((wait) => wait === 0);
  return {
    allowed,
    readings: gauges.map((gauge, at) => ({
      aheadUs: (ahead[at] ?? 0) + (allowed ? gauge.cost * gauge.unitUs : 0),
      waitUs: waits[at] ?? 0,
    })),
  };
}

function waitOf({ unitUs, burst, cost }: Gauge, aheadUs: number): number {
  if (cost > burst) return -1;
  return Math.max(0, aheadUs + cost * unitUs - burst * unitUs);
}

/** What a caller is told. */
export function consumedOf(charges: readonly RateCharge[], { allowed, readings }: Judged): Consumed {
  const states = charges.map((charge, at) => stateOf(charge, readings[at] ?? { aheadUs: 0, waitUs: 0 }));
  if (allowed) return { kind: 'allowed', states };
  const waits = states.filter((state) => !state.allowed).map((state) => state.retryAfterMs);
  const never = waits.includes(null);
  return { kind: 'limited', states, retryAfterMs: never ? null : Math.max(...waits.map((wait) => wait ?? 0)) };
}

function stateOf(charge: RateCharge, { aheadUs, waitUs }: Reading): RateState {
  const { unitUs, burst } = gaugeOf(charge);
  return {
    policy: charge.policy,
    allowed: waitUs === 0,
    remaining: Math.max(0, Math.floor((burst * unitUs - aheadUs) / unitUs)),
    resetMs: Math.ceil(aheadUs / 1_000),
    retryAfterMs: waitUs < 0 ? null : Math.ceil(waitUs / 1_000),
  };
}

/** The names of the policies that a call violates. */
export const violatedPolicies = (states: readonly RateState[]): readonly string[] =>
  states.filter((state) => !state.allowed).map((state) => state.policy.name);

/** A policy with every number as a whole one. */
export const policyFault = ({ name, limit, windowMs, burst = limit }: RatePolicy): string | undefined => {
  if (!/^[\x20-\x7e]{1,64}$/.test(name)) return 'a name has 1 to 64 printable ASCII characters';
  if (!isCount(limit) || !isCount(burst)) return `limit and burst of '${name}' are whole numbers, 0 or more`;
  if (!isCount(windowMs) || windowMs < 1 || windowMs > MAX_WINDOW_MS)
    return `the window of '${name}' is 1 ms to 366 days`;
  if (limit > windowMs * 1_000) return `the limit of '${name}' is more than one unit in a microsecond`;
  // The furthest moment that a gauge can stand at must stay exact.
  return burst * Math.ceil((windowMs * 1_000) / Math.max(1, limit)) > MAX_SPAN_US
    ? `the burst of '${name}' spans more than ten years`
    : undefined;
};

const MAX_WINDOW_MS = 366 * 86_400_000;
const MAX_SPAN_US = 10 * 366 * 86_400 * 1e6;

export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
