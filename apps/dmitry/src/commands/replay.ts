import type { ReplayReport } from '@dmitry/pipeline';
import { type GatePolicy, parsePolicy } from '@dmitry/safety-gate';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { faultLine } from '../cli/events.ts';
import { CallFault, EXIT } from '../cli/faults.ts';
import { readJson } from '../cli/input.ts';
import { printable } from '../cli/layout.ts';
import { SIMULATION_OPTIONS } from '../cli/simulation-options.ts';

export const replayCommand: Command = {
  name: 'replay',
  summary: 'A recorded run once more: the same events and answers must give the same findings, scores and decisions.',
  usage: 'LOG',
  operands: { min: 1, max: 1 },
  options: {
    ...SIMULATION_OPTIONS,
    policy: {
      kind: 'text',
      value: 'P',
      summary: 'Judge under this policy (JSON) instead of the recorded ones, and list every verdict that flips.',
    },
  },
  details: `
LOG is a recording (recording.ndjson of a demo, or -): NDJSON of schema RecordingLine. Nothing is called and no clock is read: events
are normalised and matched by the rules of this build, scores computed from the recorded facts, the analyst and the gate asked again with
the recorded answers, evidence, approvals, budgets and times. A policy looser than the catalogue is taken here: nothing runs.
--seed and --now are taken as a demo takes them and change nothing: the recording has every time, and nothing is drawn.

--json: {state_digest, divergences: [{at, expected, got}]}. The exit code is 1 when anything came out otherwise.`,
  async run(context) {
    const path = context.args[0] ?? '-';
    const policy = await readPolicy(context);
    const { replayLog } = await import('../host/replay-log.ts'); // every library: only who replays pays for loading them
    const report = await replayLog(path, policy, context.io);
    await context.answer(report, () => reportText(path, report));
    return report.divergences.length === 0 ? EXIT.yes : EXIT.no;
  },
};

async function readPolicy(context: CommandContext): Promise<GatePolicy | null> {
  const path = context.text('policy');
  if (path === undefined) return null;
  const parsed = parsePolicy(await readJson(path, context.io));
  if (!parsed.ok) throw new CallFault(`--policy ${path}: ${faultLine(parsed.faults)}`);
  return parsed.policy;
}

function reportText(path: string, { state_digest, divergences }: ReplayReport): string {
  const count = divergences.length;
  const answer = count === 0 ? 'everything came out as recorded' : `${count} came out otherwise`;
  const lines = divergences.map(
    ({ at, expected, got }) => `${at}: ${JSON.stringify(expected)} was recorded, ${JSON.stringify(got)} came out`,
  );
  return [`${path}: ${answer}`, `state ${state_digest}`, ...lines].map(printable).join('\n');
}
