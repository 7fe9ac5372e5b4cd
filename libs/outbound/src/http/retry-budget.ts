export interface RetryBudgetOptions {
  readonly retryRatio: number;
  readonly maxSavedRetries: number;
  readonly retryReserve: number;
}

/**
 * Keeps retries a small share of the offered calls, whatever the upstream does: each offered call pays in `retryRatio` of a retry.
 * So after n calls at most `retryReserve + retryRatio x n` retries were made, and a failing upstream sees no storm.
 */
export class RetryBudget {
  private saved: number;

  constructor(private readonly options: RetryBudgetOptions) {
    this.saved = options.retryReserve;
  }

  offered(): void {
    // One unit of the last place of the sum is lost to rounding at times; it is never gained, because the bound is what counts.
    this.saved = Math.min(this.options.maxSavedRetries, this.saved + this.options.retryRatio);
  }

  /** Takes one retry out. @returns whether there was one */
  take(): boolean {
    if (this.saved < 1) return false;
    this.saved -= 1;
    return true;
  }
}
