export type FaultSeverity = 'debug' | 'info' | 'warn' | 'error';

export interface DmitryErrorOptions {
  /** What a stranger may read: what happened and what to do next. Defaults to the message. */
  readonly publicDetail?: string;
  /** Whether the same call may succeed later. @default false */
  readonly retryable?: boolean;
  /** How loudly to log it. @default 'error' */
  readonly severity?: FaultSeverity;
  /** Safe to log: no secrets, no personal data. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

// A registered symbol and not instanceof: two copies of this package in one process still know each other's errors.
const BRAND = Symbol.for('dmitry.error');

/** A coded fault. Expected outcomes (denied, limited, missed, open breaker) are values, never this. */
export class DmitryError extends Error {
  readonly publicDetail: string;
  readonly retryable: boolean;
  readonly severity: FaultSeverity;
  readonly context: Readonly<Record<string, unknown>>;

  /** @param code stable, `<library>.<fault>`; listed in contracts' table of problems. @param message what happened and what to do next. */
  constructor(
    readonly code: string,
    message: string,
    options: DmitryErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DmitryError';
    this.publicDetail = options.publicDetail ?? message;
    this.retryable = options.retryable ?? false;
    this.severity = options.severity ?? 'error';
    this.context = options.context ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether `error` is a coded fault; with `code`, whether it is that one. Never trusts the shape of a thrown object. */
export function isDmitryError(error: unknown, code?: string): error is DmitryError {
  if (typeof error !== 'object' || error === null) return false;
  if ((error as Record<symbol, unknown>)[BRAND] !== true) return false;
  return code === undefined || (error as DmitryError).code === code;
}
