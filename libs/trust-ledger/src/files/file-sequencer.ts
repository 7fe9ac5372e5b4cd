import { isDmitryError, type Logger } from '@dmitry/kit';
import type { Sequencer } from '../core/index.ts';

/** What a round needs of the logs. */
export interface SequencedLogs {
  /** Pseudonyms of the tenants of which entries wait. */
  waiting(): readonly string[];
  /** @returns how many entries were included */
  include(pseudonym: string): Promise<number>;
}

/** Gives entries their places, log by log; one round at a time. One log that fails holds up no other and is tried again. */
export class FileSequencer implements Sequencer {
  private running: Promise<number> = Promise.resolve(0);
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly logs: SequencedLogs,
    private readonly logger: Logger,
  ) {}

  round(): Promise<number> {
    this.running = this.running.then(() => this.all());
    return this.running;
  }

  /** Rounds with pauses between them, until `stop`. */
  every(pauseMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.round().then(() => this.every(pauseMs)), pauseMs).unref();
  }

  /** Waits for the round that runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private async all(): Promise<number> {
    let included = 0;
    for (const pseudonym of this.logs.waiting()) included += await this.guarded(pseudonym);
    return included;
  }

  private async guarded(pseudonym: string): Promise<number> {
    try {
      return await this.logs.include(pseudonym);
    } catch (error) {
      const code = isDmitryError(error) ? error.code : 'internal.unexpected';
      this.logger.error('ledger.sequencer_failed', { log: pseudonym, code, message: (error as Error).message });
      return 0;
    }
  }
}
