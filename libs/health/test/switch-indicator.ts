import type { HealthIndicator, IndicatorKind, IndicatorResult } from '@dmitry/health';

/** An indicator that a test turns up, down, or lets hang. */
export class SwitchIndicator implements HealthIndicator {
  answer: () => Promise<IndicatorResult> = () => Promise.resolve({ up: true });
  checks = 0;
  signal: AbortSignal | undefined;

  constructor(
    readonly name: string,
    readonly kind: IndicatorKind,
  ) {}

  check(signal: AbortSignal): Promise<IndicatorResult> {
    this.checks += 1;
    this.signal = signal;
    return this.answer();
  }

  down(detail = 'The connection is closed.'): void {
    this.answer = () => Promise.resolve({ up: false, detail });
  }

  fail(cause: Error): void {
    this.answer = async () => {
      throw cause;
    };
  }

  /** @returns lets the check that hangs answer */
  hang(): () => void {
    const { promise, resolve } = Promise.withResolvers<IndicatorResult>();
    this.answer = () => promise;
    return () => resolve({ up: true });
  }
}
