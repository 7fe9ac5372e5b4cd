import { type Clock, isDmitryError, type Logger } from '@dmitry/kit';

export interface RepeatingWorkOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What it is, for the log line when it fails. */
  readonly name: string;
  readonly everyMs: number;
  readonly work: () => Promise<unknown>;
}

/** Does the work again and again, never twice at once, whatever one turn comes to. */
export class RepeatingWork {
  private halt: (() => void) | null = null;
  private turn: Promise<void> | null = null;

  constructor(private readonly options: RepeatingWorkOptions) {}

  start(): void {
    this.halt ??= this.options.clock.every(this.options.everyMs, () => {
      this.turn ??= this.once().finally(() => (this.turn = null));
    });
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.halt?.();
    this.halt = null;
    await this.turn;
  }

  private async once(): Promise<void> {
    const { name, logger, work } = this.options;
    try {
      await work();
    } catch (error) {
      const code = isDmitryError(error) ? error.code : 'internal.unexpected';
      logger.error(`${name}_failed`, { code, message: (error as Error).message });
    }
  }
}
