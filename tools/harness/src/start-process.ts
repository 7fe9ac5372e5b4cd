import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ProcessOptions<T> {
  /** Name in errors. */
  readonly name: string;
  /** The program: a JavaScript file. */
  readonly main: string;
  readonly args?: readonly string[];
  /** The whole environment but for PATH and HOME, so that a suite does not depend on who starts it. Undefined values are left out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads what the program says when it is ready, from a line of its output; undefined means not yet. */
  readonly ready: (line: string) => T | undefined;
  /** @default 30000 */
  readonly readyMs?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess<T> {
  readonly ready: T;
  readonly pid: number;
  /** What it wrote so far, both streams. */
  readonly lines: readonly string[];
  readonly exited: Promise<Exit>;
  /** Whether it is still there. */
  alive(): boolean;
  /** Asks it to end and waits. @throws Error when it does not within the limit; it is killed then */
  stop(withinMs?: number): Promise<Exit>;
  /** Ends it at once, as the loss of its machine would. */
  kill(): Promise<Exit>;
}

/** Lines that are kept of a process. */
const KEPT_LINES = 20_000;

/**
 * Starts a program and waits until it is ready. Processes do not outlive the one that started them.
 * @throws Error with its last lines when it ends or stays silent instead
 */
export async function startProcess<T>(options: ProcessOptions<T>): Promise<RunningProcess<T>> {
  const { name, main, args = [], env, readyMs = 30_000 } = options;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const orphan = (): void => void child.kill('SIGKILL');
  process.once('exit', orphan);
  const lines: string[] = [];
  const exited = exitOf(child).finally(() => process.removeListener('exit', orphan));
  const limit = new AbortController();
  const failed = (why: string): Error => new Error(`${name} ${why}:\n${lines.slice(-40).join('\n')}`);
  try {
    const ready = await Promise.race([
      readyOf(child, lines, options.ready),
      exited.then(({ code, signal }) => {
        throw failed(`ended with ${code ?? signal} before it was ready`);
      }),
      late(readyMs, limit.signal).then(() => {
        throw failed(`was not ready within ${readyMs} ms`);
      }),
    ]);
    return running(child, { name, ready, lines, exited });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    limit.abort();
  }
}

function readyOf<T>(child: ChildProcess, lines: string[], read: (line: string) => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    for (const input of [child.stdout, child.stderr]) {
      if (!input) continue;
      createInterface({ input }).on('line', (line) => {
        lines.push(line);
        if (lines.length > KEPT_LINES) lines.shift();
        const ready = read(line);
        if (ready !== undefined) resolve(ready);
      });
    }
  });
}

/** `close` and not `exit`: what the process wrote last has been read then. */
const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });

const late = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });

interface Parts<T> {
  readonly name: string;
  readonly ready: T;
  readonly lines: readonly string[];
  readonly exited: Promise<Exit>;
}

function running<T>(child: ChildProcess, { name, ready, lines, exited }: Parts<T>): RunningProcess<T> {
  const end = (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  const stop = async (withinMs = 30_000): Promise<Exit> => {
    const limit = new AbortController();
    let killed = false;
    void late(withinMs, limit.signal).then(() => {
      killed = child.kill('SIGKILL');
    });
    const exit = await end('SIGTERM').finally(() => limit.abort());
    if (killed) throw new Error(`${name} did not end within ${withinMs} ms:\n${lines.slice(-40).join('\n')}`);
    return exit;
  };
  return {
    ready,
    lines,
    exited,
    pid: child.pid ?? 0,
    alive: () => child.exitCode === null && child.signalCode === null,
    stop,
    kill: () => end('SIGKILL'),
  };
}
