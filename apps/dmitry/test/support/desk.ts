import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Command } from '../../src/cli/command.ts';
import type { Io } from '../../src/cli/io.ts';
import { COMMANDS } from '../../src/cli/registry.ts';
import { run } from '../../src/cli/run.ts';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CallOptions {
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
  readonly commands?: readonly Command[];
  readonly clock?: ManualClock;
  readonly write?: (text: string) => Promise<void>;
}

/** A folder of its own and calls in it, in this process. */
export function openDesk() {
  const folder = mkdtempSync(join(tmpdir(), 'dmitry-cli-'));
  const call = async (args: string | readonly string[], options: CallOptions = {}): Promise<Answer> => {
    let out = '';
    let err = '';
    const clock = options.clock ?? new ManualClock();
    const io: Io = {
      stdin: () => bytesOf(options.stdin ?? ''),
      stdinTerminal: options.terminal === true && options.stdin === undefined,
      stdout: {
        terminal: false,
        write: options.write ?? ((text) => ((out += text), Promise.resolve())),
      },
      stderr: { terminal: options.terminal === true, write: (text) => ((err += text), Promise.resolve()) },
      env: options.env ?? {},
      cwd: folder,
      signal: options.signal ?? new AbortController().signal,
      clock,
      ids: new SeededIds(clock, 'cli'),
    };
    const argv = typeof args === 'string' ? args.split(' ').filter((arg) => arg !== '') : args;
    const code = await run(argv, io, options.commands ?? COMMANDS);
    return { code, out, err };
  };
  return {
    folder,
    call,
    file(name: string, content: string | Uint8Array): string {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
      return name;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function* bytesOf(input: string | Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof input === 'string') yield Buffer.from(input);
  else if (input instanceof Uint8Array) yield input;
  else yield* input;
}

export const ndjson = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
export const linesOf = (text: string): Record<string, any>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, any>);

/** A CloudTrail record, invented. */
export const trail = (seconds: number, eventName: string, more: object = {}): Record<string, unknown> => ({
  eventVersion: '1.08',
  eventID: `event-${seconds}-${eventName}`,
  eventTime: new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString(),
  eventSource: 'iam.amazonaws.com',
  eventName,
  readOnly: false,
  recipientAccountId: '111122223333',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/eve', userName: 'eve' },
  ...more,
});
