/** What can be made to go wrong with an operation. Times in milliseconds unless they say otherwise. */
export type FaultKind =
  /** Waits before the operation begins; `jitterMs` adds a seeded random part. */
  | { readonly kind: 'latency'; readonly ms: number; readonly jitterMs?: number }
  /** Answers this status and does nothing. */
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown }
  /** Closes the connection: before anything is done, or after. */
  | { readonly kind: 'reset'; readonly after?: boolean }
  /** Does it, and never answers: the caller runs into its own timeout. */
  | { readonly kind: 'hang_after' }
  /** Does it, and answers 200 with half of the JSON. */
  | { readonly kind: 'malformed' }
  /** Does it, and answers in the name (a read: with the data) of another tenant. */
  | { readonly kind: 'wrong_tenant'; readonly as: string }
  /** Answers 429 with `Retry-After` and does nothing. */
  | { readonly kind: 'throttle'; readonly retryAfterSeconds: number };

export interface FaultScope {
  /** Only for calls of this tenant. */
  readonly tenant?: string;
  /** Share of calls that it hits, by the seed. @default 1 */
  readonly probability?: number;
  /** How many calls it hits before it is spent; absent: all. */
  readonly times?: number;
}

export type Fault = FaultKind & FaultScope;

const NUMBERS: Readonly<Record<string, readonly string[]>> = {
  latency: ['ms'],
  status: ['status'],
  reset: [],
  hang_after: [],
  malformed: [],
  wrong_tenant: [],
  throttle: ['retryAfterSeconds'],
};

/** Why a value is no fault, or undefined where it is one. */
export function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'a fault is an object';
  const given = value as Record<string, unknown>;
  const needed =
    typeof given['kind'] === 'string' && Object.hasOwn(NUMBERS, given['kind']) ? NUMBERS[given['kind']] : undefined;
  if (!needed) return `kind must be one of ${Object.keys(NUMBERS).join(', ')}`;
  const optional = ['jitterMs', 'probability', 'times'].filter((member) => given[member] !== undefined);
  const wrong = [...needed, ...optional].find((member) => !isAmount(given[member]));
  if (wrong) return `${wrong} must be a number, 0 or more`;
  if (given['kind'] === 'wrong_tenant' && typeof given['as'] !== 'string')
    return 'wrong_tenant needs `as`, the tenant to answer for';
  return undefined;
}

const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
