import type { Io } from './io.ts';

const TERMINAL_EVERY_MS = 200;
const LOG_EVERY_MS = 5_000;
/** How many records pass between two looks at the clock. */
const STRIDE = 256;

/** How far a command is: one changing line on a terminal, a line every few seconds elsewhere. */
export class Progress {
  private records = 0;
  private shownMs: number;
  private drawn = false;

  constructor(
    private readonly io: Io,
    private readonly silent: boolean,
  ) {
    this.shownMs = io.clock.monotonicMs();
  }

  get count(): number {
    return this.records;
  }

  async tick(): Promise<void> {
    this.records += 1;
    if (this.silent || this.records % STRIDE !== 0) return;
    const nowMs = this.io.clock.monotonicMs();
    const { stderr } = this.io;
    if (nowMs - this.shownMs < (stderr.terminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
    this.shownMs = nowMs;
    this.drawn = stderr.terminal;
    await stderr.write(stderr.terminal ? `\r\u001b[K${this.records} records` : `${this.records} records so far\n`);
  }

  /** Takes the line away, in front of any other text. */
  async clear(): Promise<void> {
    if (!this.drawn) return;
    this.drawn = false;
    await this.io.stderr.write('\r\u001b[K');
  }
}
