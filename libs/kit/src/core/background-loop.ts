import type { Clock } from './clock.port.ts';
import { isDmitryError } from './dmitry-error.ts';
import type { Logger } from './logger.port.ts';

export interface LoopOptions {
  /** Name in the log. */
  readonly name: string;
  /** Pause between the end of one round and the start of the next, ms. */
  readonly everyMs: number;
  /** One round. A rejection is logged and the next round comes all the same. Resolve with more than 0 to go on without a pause. */
  readonly round: () => Promise<number | void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Does something again and again, never twice at once, until it is closed. */
export class BackgroundLoop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(private readonly options: LoopOptions) {}

  /** Starts the first round at once. Idempotent. */
  start(): void {
    this.running ??= this.run();
  }

  /** No further round; waits for the one in flight. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock, everyMs } = this.options;
    while (!this.stopping.signal.aborted) {
      const more = await this.round();
      if (more) continue;
      await clock.sleep(everyMs, this.stopping.signal).catch(() => undefined); // rejects only when we are closed
    }
  }

  private async round(): Promise<boolean> {
    try {
      return ((await this.options.round()) ?? 0) > 0;
    } catch (error) {
      const code = isDmitryError(error) ? error.code : 'internal.unexpected';
      this.options.logger.warn('loop_round_failed', { loop: this.options.name, code, error });
      return false;
    }
  }
}
