import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDmitryError } from '@dmitry/kit';
import { createMonitor, type Monitor, type Observation } from '@dmitry/trust-ledger';
import { createFileCheckpointKeeper } from '@dmitry/trust-ledger/files';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { CallFault, EXIT, type ExitCode, Interrupted } from '../cli/faults.ts';
import {
  keysOf,
  LOG_DETAILS,
  LOG_OPERANDS,
  LOG_OPTIONS,
  LOG_USAGE,
  type OpenedLog,
  SIGNERS_OPTION,
  withLog,
} from '../cli/log-source.ts';

export const ledgerMonitorCommand: Command = {
  name: 'ledger monitor',
  summary: 'Follow a log: every new head must be signed and lead on from the last one seen.',
  usage: LOG_USAGE,
  operands: LOG_OPERANDS,
  options: {
    ...LOG_OPTIONS,
    'public-key': SIGNERS_OPTION,
    state: {
      kind: 'text',
      value: 'DIR',
      required: true,
      summary: 'Where the last head seen is kept, one file a log: away from whoever runs the log.',
    },
    once: { kind: 'flag', summary: 'One look, then the answer.' },
    every: { kind: 'count', value: 'SECONDS', default: '60', summary: 'Pause between looks.' },
  },
  details: `${LOG_DETAILS}

Two histories under one key are proven by their two heads: the proof is written to DIR/split-view.json, together with everything that a
stranger needs but the key. That, and a head smaller than one seen, end the watch with exit code 1; other trouble is told and looked at
again, and makes the exit code 1 with --once.
--json: one line a look: {kind: "first"|"same"|"grown", size}, {kind: "clock_rollback", size, at, byMs},
{kind: "shrunk", size, seen, checkpoints}, {kind: "split_view", proof, path}, {kind: "unproven", size, seen, why}, {kind: "unsigned", why},
{kind: "unavailable", why}`,
  run: (context) => withLog(context, (log) => watch(context, log)),
};

const WELL: ReadonlySet<string> = new Set(['first', 'same', 'grown']);
/** What no later look can mend. */
const FINAL: ReadonlySet<string> = new Set(['split_view', 'shrunk']);

async function watch(context: CommandContext, log: OpenedLog): Promise<ExitCode> {
  const everyMs = (context.count('every') ?? 0) * 1000;
  if (everyMs === 0) throw new CallFault('--every 0: give a pause of a second or more');
  const keys = await keysOf(context, log);
  if (keys.length === 0) throw new CallFault(`${log.name}: no key comes with the log; give --public-key`);
  const folder = context.path(context.text('state') ?? '');
  mkdirSync(folder, { recursive: true });
  const monitor = createMonitor({ keys, keeper: createFileCheckpointKeeper(folder) });
  for (;;) {
    const kind = await look(context, { log, monitor, folder });
    if (FINAL.has(kind) || context.flag('once')) return WELL.has(kind) ? EXIT.yes : EXIT.no;
    await context.io.clock.sleep(everyMs, context.signal).catch(() => undefined);
    if (context.signal.aborted) throw new Interrupted();
  }
}

interface Watched {
  readonly log: OpenedLog;
  readonly monitor: Monitor;
  readonly folder: string;
}

async function look(context: CommandContext, { log, monitor, folder }: Watched): Promise<string> {
  const seen = await observe(context, monitor, log);
  if (seen.kind !== 'split_view') {
    await context.answer(seen, () => textOf(log.name, seen));
    return seen.kind;
  }
  const path = join(folder, 'split-view.json');
  writeFileSync(path, `${JSON.stringify(seen.proof)}\n`);
  await context.answer(
    { ...seen, path },
    () => `${log.name}: SPLIT VIEW: two histories are signed; the proof is in ${path}`,
  );
  return seen.kind;
}

/** A server that is down for a while is no reason to stop watching it. */
async function observe(
  context: CommandContext,
  monitor: Monitor,
  log: OpenedLog,
): Promise<Observation | { readonly kind: 'unavailable'; readonly why: string }> {
  try {
    return await monitor.observe(log);
  } catch (error) {
    if (context.flag('once') || !isDmitryError(error) || !error.retryable) throw error;
    return { kind: 'unavailable', why: error.message };
  }
}

function textOf(name: string, seen: Exclude<Awaited<ReturnType<typeof observe>>, { kind: 'split_view' }>): string {
  switch (seen.kind) {
    case 'shrunk':
      return `${name}: SHRUNK to ${seen.size} entries, ${seen.seen} were signed: a cut tail, or a restored backup`;
    case 'unproven':
      return `${name}: ${seen.size} entries, not proven to lead on from ${seen.seen}: ${seen.why}`;
    case 'clock_rollback':
      return `${name}: ${seen.size} entries; entry ${seen.at} claims to be ${seen.byMs} ms older than one before it`;
    case 'unsigned':
    case 'unavailable':
      return `${name}: ${seen.why}`;
    default:
      return `${name}: ${seen.size} entries (${seen.kind})`;
  }
}
