import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Approval } from '@dmitry/contracts';
import type { CommandContext } from '../cli/context.ts';
import { formatOf } from '../cli/events.ts';
import { CallFault, EXIT, type ExitCode } from '../cli/faults.ts';
import { readInput } from '../cli/input.ts';
import { runDemo } from './demo.ts';
import type { DemoReport } from './demo-report.ts';
import { demoText } from './demo-text.ts';
import type { FedRecord } from './feed.ts';
import { freshDemoFolder } from './home.ts';
import { DEMO_TENANT } from './host-config.ts';
import { openEmbedded, type Opened, reachesSimulator } from './open.ts';
import { ask, developmentToken, untilStopped } from './person.ts';
import { OUTWARD_VARIABLES, realNeighbours, STORE_VARIABLES } from './real-services.ts';
import { type DemoTime, demoTime } from './simulated-time.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../examples/incident/', import.meta.url));
/** Events have stopped: nobody waits for a demo. */
const IDLE_MS = '300';

/** `dmitry demo`: starts everything in a fresh folder, goes the whole way, and tells it. */
export async function playDemo(context: CommandContext): Promise<ExitCode> {
  const env = demoEnvironment(context.env);
  const approve = await approverOf(context, env);
  const paths = context.texts('input');
  const format = formatOf(context);
  const ignored = STORE_VARIABLES.filter((variable) => context.env[variable]);
  if (ignored.length > 0) await context.warn(`a demo embeds its stores: ${ignored.join(', ')} ignored`);
  const time = demoTime(context);
  try {
    const folder = freshDemoFolder(context.home);
    await context.note(`Starting gateway, orchestrator and simulator in ${folder}`);
    const jobs = time.isSimulated ? { concurrency: 1 } : {};
    const opened = await openEmbedded({ folder, env, port: 0, ...time, ...jobs });
    time.begin();
    try {
      const input = paths.length > 0 ? paths : [EXAMPLE];
      return await demonstrate(context, { opened, time, approve, paths: input, format, folder });
    } finally {
      await opened.close();
    }
  } finally {
    await time.stop();
  }
}

/** Of what is set, a demo takes the services outside; everything else of it is its own. */
function demoEnvironment(env: CommandContext['env']): CommandContext['env'] {
  const taken = ['NODE_ENV', ...OUTWARD_VARIABLES].map((name) => [name, env[name]] as const);
  return { ...Object.fromEntries(taken), IDLE_MS };
}

type Approve = (approval: Approval) => Promise<boolean | null>;

interface Stage {
  readonly opened: Opened;
  readonly time: DemoTime;
  readonly approve: Approve;
  readonly paths: readonly string[];
  readonly format: string;
  readonly folder: string;
}

async function demonstrate(
  context: CommandContext,
  { opened, time, approve, paths, format, folder }: Stage,
): Promise<ExitCode> {
  const { embedded, home } = opened;
  const bundle = context.text('bundle');
  const recordingPath = join(folder, 'recording.ndjson');
  const { report, faults } = await runDemo({
    embedded,
    clock: time.clock,
    wallClock: context.io.clock,
    tenant: DEMO_TENANT,
    records: recordsOf(context, paths),
    input: paths.join(', '),
    format,
    approverSeed: home.keys.approver_seed,
    approve,
    bundlePath: bundle === undefined ? join(folder, 'proof.json') : context.path(bundle),
    recordingPath,
    narrate: (line) => void context.note(line),
  });
  await context.answer(report, () => demoText(report));
  if (report.findings === 0) await context.note(nothingFound(report));
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

/** `auto` answers yes, and only where every target proves to be the simulator; that is found out before anything is read. */
async function approverOf(context: CommandContext, env: CommandContext['env']): Promise<Approve> {
  const simulated = await reachesSimulator(context, realNeighbours(env).neighbours);
  const wanted = context.text('approve') ?? (simulated ? 'auto' : context.io.stdinTerminal ? 'ask' : 'deny');
  if (wanted === 'auto' && !simulated) {
    throw new CallFault('--approve auto: the targets do not prove to be the simulator; use ask or deny');
  }
  if (wanted === 'auto') return () => Promise.resolve(true);
  if (wanted === 'deny') return () => Promise.resolve(false);
  if (!context.io.stdinTerminal) throw new CallFault('--approve ask: there is no terminal to ask on');
  return (approval) => ask(context, approval);
}

/** A clean answer, said as one. */
const nothingFound = ({ events }: DemoReport): string =>
  `No findings: no rule matched any of ${events} events, so nothing was scored, proposed or done.`;

const whereNext = (bundle: DemoReport['bundle'], recording: string, { log }: Opened): readonly string[] => [
  'Look further:',
  `  check the proof   npm run -s dmitry -- verify ${bundle.path} --trust ${bundle.trust_path} --since ${bundle.checkpoint_path} --complete`,
  `  replay the run    npm run -s dmitry -- replay ${recording}`,
  `  what was logged   ${log}`,
  '  keep it running   npm start',
];

async function keepServing(context: CommandContext, { embedded, config }: Opened): Promise<void> {
  const token = await developmentToken(context, config);
  await context.note(`Serving at ${embedded.url} until Ctrl-C.`);
  if (token !== null) await context.note(`A token for tenant ${DEMO_TENANT}:\n${token}`);
  await untilStopped(context);
}
