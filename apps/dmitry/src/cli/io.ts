import type { Clock, IdSource } from '@dmitry/kit';

/** Where text goes. */
export interface Output {
  readonly terminal: boolean;
  /** Resolves when more may be written. @throws OutputClosed once the reader has gone away */
  write(text: string): Promise<void>;
}

/** Everything outside the process that a command can touch, so that every command runs in a test as it runs for real. */
export interface Io {
  /** Standard input, read at most once. */
  stdin(): AsyncIterable<Uint8Array>;
  readonly stdinTerminal: boolean;
  /** The answer, and nothing else. */
  readonly stdout: Output;
  /** Logs, progress, complaints. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths are taken from here. */
  readonly cwd: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly ids: IdSource;
}
