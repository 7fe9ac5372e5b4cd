import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Approval } from '@dmitry/contracts';
import { FORMATS } from '@dmitry/normalise';
import type { CommandContext } from '../cli/context.ts';
import { CallFault, EXIT, type ExitCode } from '../cli/faults.ts';
import { readInput } from '../cli/input.ts';
import { runDemo } from './demo.ts';
import type { DemoReport } from './demo-report.ts';
import { demoText } from './demo-text.ts';
import type { FedRecord } from './feed.ts';
import { freshDemoFolder } from './home.ts';
import { DEMO_TENANT, openEmbedded, type Opened, reachesSimulator } from './open.ts';
import { ask, developmentToken, untilStopped } from './person.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../examples/incident/', import.meta.url));
/** Events have stopped: nobody waits for a demo. */
const IDLE_MS = 300;

/** `dmitry demo`: starts everything in a fresh folder, goes the whole way, and tells it. */
export async function playDemo(context: CommandContext): Promise<ExitCode> {
  const approve = await approverOf(context);
  const paths = context.texts('input');
  checkFormat(context);
  const folder = freshDemoFolder(context.home);
  await context.note(`Starting gateway, orchestrator and simulator in ${folder}`);
  const opened = await openEmbedded(context, { folder, port: 0, idleMs: IDLE_MS });
  try {
    return await demonstrate(context, { opened, approve, paths: paths.length > 0 ? paths : [EXAMPLE], folder });
  } finally {
    await opened.embedded.close();
  }
}

type Approve = (approval: Approval) => Promise<boolean | null>;

interface Stage {
  readonly opened: Opened;
  readonly approve: Approve;
  readonly paths: readonly string[];
  readonly folder: string;
}

async function demonstrate(context: CommandContext, { opened, approve, paths, folder }: Stage): Promise<ExitCode> {
  const { embedded, home } = opened;
  const bundle = context.text('bundle');
  const recordingPath = join(folder, 'recording.ndjson');
  const { report, faults } = await runDemo({
    embedded,
    clock: context.io.clock,
    ids: context.io.ids,
    tenant: DEMO_TENANT,
    records: recordsOf(context, paths),
    format: context.text('from') ?? 'auto',
    approverSeed: home.keys.approver_seed,
    approve,
    bundlePath: bundle === undefined ? join(folder, 'proof.json') : context.path(bundle),
    recordingPath,
    narrate: (line) => void context.note(line),
  });
  await context.answer(report, () => demoText(report));
  for (const fault of faults) await context.warn(fault);
  for (const line of whereNext(report.bundle, recordingPath, opened)) await context.note(line);
  if (context.flag('keep')) await keepServing(context, opened);
  return faults.length === 0 ? EXIT.yes : EXIT.no;
}

/** Unreadable records are reported and passed over: the demo is lenient. */
async function* recordsOf(
  context: CommandContext,
  paths: readonly string[],
): AsyncGenerator<FedRecord, void, undefined> {
  for await (const record of readInput(paths, context.io)) {
    if ('fault' in record) await context.skip(record, record.fault);
    else yield { index: record.index, value: record.value };
  }
}

function checkFormat(context: CommandContext): void {
  const format = context.text('from') ?? 'auto';
  if (!FORMATS.includes(format))
    throw new CallFault(`--from ${format}: there is no such format; there are ${FORMATS.join(', ')}`);
}

/** `auto` answers yes, and only where every target proves to be the simulator; that is found out before anything is read. */
async function approverOf(context: CommandContext): Promise<Approve> {
  const simulated = await reachesSimulator(context);
  const wanted = context.text('approve') ?? (simulated ? 'auto' : context.io.stdinTerminal ? 'ask' : 'deny');
  if (wanted === 'auto' && !simulated) {
    throw new CallFault('--approve auto: the targets do not prove to be the simulator; use ask or deny');
  }
  if (wanted === 'auto') return () => Promise.resolve(true);
  if (wanted === 'deny') return () => Promise.resolve(false);
  if (!context.io.stdinTerminal) throw new CallFault('--approve ask: there is no terminal to ask on');
  return (approval) => ask(context, approval);
}

const whereNext = (bundle: DemoReport['bundle'], recording: string, { log }: Opened): readonly string[] => [
  'Look further:',
  `  check the proof   npm run -s dmitry -- verify ${bundle.path} --trust ${bundle.trust_path} --since ${bundle.checkpoint_path} --complete`,
  `  replay the run    npm run -s dmitry -- replay ${recording}`,
  `  what was logged   ${log}`,
  '  keep it running   npm start',
];

async function keepServing(context: CommandContext, { embedded, home }: Opened): Promise<void> {
  await context.note(`Serving at ${embedded.url} until Ctrl-C. A token for tenant ${DEMO_TENANT}:`);
  await context.note(await developmentToken(context, home));
  await untilStopped(context);
}
