import type { Clock, Logger } from '@dmitry/kit';
import type { HealthIndicator, IndicatorResult } from './health-indicator.port.ts';

export interface ProbeOptions {
  /** How long a check may take. */
  readonly timeoutMs: number;
  /** How long its answer serves further questions, so that probes stay cheap however often they come. */
  readonly cacheMs: number;
}

/** Asks one indicator: one check at a time, within a limit, its answer kept for a moment. A change is logged, with its cause. */
export class IndicatorProbe {
  private last: { readonly result: IndicatorResult; readonly atMs: number } | undefined;
  private asking: Promise<IndicatorResult> | undefined;
  /** A check that ignored its signal is still out: no second one is sent after it. */
  private stuck = false;

  constructor(
    readonly indicator: HealthIndicator,
    private readonly options: ProbeOptions,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Never rejects. */
  result(): Promise<IndicatorResult> {
    const { last } = this;
    if (last && this.clock.monotonicMs() - last.atMs < this.options.cacheMs) return Promise.resolve(last.result);
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async ask(): Promise<IndicatorResult> {
    const result = this.stuck ? { up: false, detail: 'An earlier check has not ended.' } : await this.limited();
    const before = this.last?.result.up;
    this.last = { result, atMs: this.clock.monotonicMs() };
    if (result.up !== before) {
      const fields = { indicator: this.indicator.name, kind: this.indicator.kind, detail: result.detail };
      if (result.up) this.logger.info('indicator_up', fields);
      else this.logger.warn('indicator_down', fields);
    }
    return result;
  }

  private async limited(): Promise<IndicatorResult> {
    const check = new AbortController();
    const limit = new AbortController();
    const late = this.clock.sleep(this.options.timeoutMs, limit.signal).then(
      () => ({ up: false, detail: `No answer within ${this.options.timeoutMs} ms.` }),
      () => ({ up: false }), // the limit was not needed; nobody reads this
    );
    try {
      return await Promise.race([this.checked(check.signal), late]);
    } finally {
      limit.abort();
      check.abort();
    }
  }

  private async checked(signal: AbortSignal): Promise<IndicatorResult> {
    this.stuck = true;
    try {
      const { up, detail } = await this.indicator.check(signal);
      return { up, ...(detail === undefined ? {} : { detail }) };
    } catch (error) {
      // the message may hold an address: the log has it, the answer does not
      this.logger.debug('indicator_failed', { indicator: this.indicator.name, error });
      return { up: false, detail: 'The check failed; the log has the cause.' };
    } finally {
      this.stuck = false;
    }
  }
}
