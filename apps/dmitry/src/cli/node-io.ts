import { environment } from '@dmitry/kit/config';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { OutputClosed } from './faults.ts';
import type { Io, Output } from './io.ts';

/** Text that may wait for the end of the turn before it is written: many short lines are one write. */
const MAX_PENDING_CHARS = 65_536;

/** A stream of the process as an output. What is pending is written when the turn ends, so that a slow input shows its answers. */
export class StreamOutput implements Output {
  private pending = '';
  private scheduled = false;
  private closed = false;
  private draining: Promise<void> | null = null;

  constructor(private readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean }) {
    stream.on('error', () => (this.closed = true)); // EPIPE: the reader has gone
    stream.on('close', () => (this.closed = true));
  }

  get terminal(): boolean {
    return this.stream.isTTY === true;
  }

  async write(text: string): Promise<void> {
    await this.draining;
    if (this.closed) throw new OutputClosed();
    this.pending += text;
    if (this.pending.length >= MAX_PENDING_CHARS) return this.flush();
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.draining = this.flush().finally(() => (this.draining = null));
    });
  }

  /** Resolves once everything written so far has left, or nobody is left to read it. */
  async flush(): Promise<void> {
    const text = this.pending;
    this.pending = '';
    this.scheduled = false;
    if (text === '' || this.closed) return;
    await new Promise<void>((resolve) => {
      this.stream.once('close', resolve);
      this.stream.write(text, () => {
        this.stream.removeListener('close', resolve);
        resolve();
      });
    });
  }
}

/** The process's own streams, environment, clock and signals. The second Ctrl-C ends the process at once. */
export function nodeIo(): Io & { readonly close: () => Promise<void> } {
  const abort = new AbortController();
  const stdout = new StreamOutput(process.stdout);
  const stderr = new StreamOutput(process.stderr);
  const clock = new SystemClock();
  process.on('SIGINT', () => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
    process.stdin.destroy(); // it may never say another word
  });
  return {
    stdin: () => process.stdin,
    stdinTerminal: process.stdin.isTTY,
    stdout,
    stderr,
    env: environment(),
    cwd: process.cwd(),
    signal: abort.signal,
    clock,
    ids: new RandomIds(clock),
    close: async () => {
      await stdout.flush();
      await stderr.flush();
    },
  };
}
