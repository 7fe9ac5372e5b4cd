import { Run, RUN_STATUSES } from '@dmitry/contracts';
import { answered, limitOption, listed } from '../cli/answered.ts';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { DEPLOYMENT_OPTIONS } from '../cli/deployment-options.ts';
import { CallFault, EXIT } from '../cli/faults.ts';
import { indented, pairs, printable, table } from '../cli/layout.ts';
import { explanationOf, explanationText } from './run-explanation.ts';

const pathOf = (context: CommandContext): string => `/v1/runs/${encodeURIComponent(context.args[0] ?? '')}`;
const oneRun = { usage: 'ID', operands: { min: 1, max: 1 } } as const;

export const runListCommand: Command = {
  name: 'run list',
  summary: 'Runs of allowed actions.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {
    ...DEPLOYMENT_OPTIONS,
    status: { kind: 'text', value: 'STATUS', choices: RUN_STATUSES, summary: 'Only those that stand so.' },
    finding: { kind: 'text', value: 'ID', summary: 'Only those of this finding.' },
    limit: limitOption,
  },
  async run(context) {
    const query = { status: context.text('status'), finding: context.text('finding') };
    const call = { path: '/v1/runs', query, operation: 'runs.list' };
    const runs = await listed(context, Run, call, context.count('limit') ?? 0);
    await context.answer(runs, () =>
      runs.length === 0 ? 'no runs' : table(['id', 'action', 'target', 'status', 'updated'], runs.map(rowOf)),
    );
    return EXIT.yes;
  },
};

export const runShowCommand: Command = {
  name: 'run show',
  summary: 'One run, its effects and their ledger entries.',
  ...oneRun,
  options: DEPLOYMENT_OPTIONS,
  async run(context) {
    const run = await answered(context, Run, { method: 'GET', path: pathOf(context), operation: 'runs.get' });
    await context.answer(run, () => runText(run));
    return EXIT.yes;
  },
};

export const runExplainCommand: Command = {
  name: 'run explain',
  summary:
    'Why a run was allowed and what it did: decision, evidence, approvals, effects, every entry of it in the ledger.',
  ...oneRun,
  options: DEPLOYMENT_OPTIONS,
  details: `
--json: {run, decision, entries}`,
  async run(context) {
    const run = await answered(context, Run, { method: 'GET', path: pathOf(context), operation: 'runs.get' });
    const explanation = await explanationOf(context, run);
    await context.answer(explanation, () => [runText(run), explanationText(explanation)].join('\n\n'));
    return EXIT.yes;
  },
};

export const runCancelCommand: Command = {
  name: 'run cancel',
  summary: 'Stop a run of which nothing has left yet.',
  ...oneRun,
  options: {
    ...DEPLOYMENT_OPTIONS,
    reason: { kind: 'text', value: 'TEXT', required: true, summary: 'Why; it stands in the ledger.' },
  },
  async run(context) {
    const body = { reason: context.text('reason') };
    const path = `${pathOf(context)}/cancel`;
    return answerRun(context, await answered(context, Run, { method: 'POST', path, operation: 'runs.cancel', body }));
  },
};

export const runResolveCommand: Command = {
  name: 'run resolve',
  summary: 'Say what became of an effect that nobody but a person can tell: it is escalated.',
  ...oneRun,
  options: {
    ...DEPLOYMENT_OPTIONS,
    effect: { kind: 'text', value: 'KEY', required: true, summary: 'The effect’s key, as `run show` names it.' },
    confirmed: { kind: 'flag', summary: 'It happened.' },
    'not-done': { kind: 'flag', summary: 'It did not happen, and will not.' },
    note: { kind: 'text', value: 'TEXT', required: true, summary: 'How you know; it stands in the ledger.' },
  },
  async run(context) {
    const isConfirmed = context.flag('confirmed');
    if (isConfirmed === context.flag('not-done')) throw new CallFault('say either --confirmed or --not-done');
    const body = { outcome: isConfirmed ? 'confirmed' : 'not_done', reason: context.text('note') };
    const path = `${pathOf(context)}/effects/${encodeURIComponent(context.text('effect') ?? '')}/resolution`;
    return answerRun(context, await answered(context, Run, { method: 'POST', path, operation: 'runs.resolve', body }));
  },
};

async function answerRun(context: CommandContext, run: Run): Promise<number> {
  await context.answer(run, () => runText(run));
  return EXIT.yes;
}

const targetOf = ({ action: { target } }: Run): string => `${target.type} ${target.id}`;

const rowOf = (run: Run): readonly string[] => [
  run.id,
  run.action.action_type,
  targetOf(run),
  run.status,
  run.updated_at,
];

function runText(run: Run): string {
  const { id, action, status, finding_id: finding, attempt, decision_id: decision, effects } = run;
  return [
    pairs([
      ['id', id],
      ['action', `${action.action_type} on ${targetOf(run)}`],
      ['status', status],
      ['finding', finding ?? '-'],
      ['decision', decision],
      ['attempt', String(attempt)],
      ['created', run.created_at],
      ['updated', run.updated_at],
    ]),
    ...effects.map(({ effect_key: key, step, state, attempts, intent_entry: intent, outcome_entry: outcome, reason }) =>
      indented(
        pairs([
          ['effect', key],
          ['step', step],
          ['state', reason === undefined ? state : `${state}: ${printable(reason)}`],
          ['attempts', String(attempts)],
          ['intent', intent ?? '-'],
          ['outcome', outcome ?? '-'],
        ]),
      ),
    ),
  ].join('\n');
}
