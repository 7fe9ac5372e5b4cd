import { fsck, type FsckReport, type LogSource } from '@dmitry/trust-ledger';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { CallFault, EXIT } from '../cli/faults.ts';
import { readText } from '../cli/input.ts';
import { indented, printable } from '../cli/layout.ts';
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

export const ledgerFsckCommand: Command = {
  name: 'ledger fsck',
  summary: 'Derive a whole log anew and compare it with its tiles and its checkpoint.',
  usage: LOG_USAGE,
  operands: LOG_OPERANDS,
  options: {
    ...LOG_OPTIONS,
    'public-key': SIGNERS_OPTION,
    since: {
      kind: 'list',
      value: 'CHECKPOINT',
      summary: 'A checkpoint known from before: nothing it covered may be gone.',
    },
    'against-state': {
      kind: 'flag',
      summary: 'Compare with the database: a log that was kept elsewhere, or without one the last checkpoint that was.',
    },
    'minimum-index': { kind: 'count', value: 'N', summary: 'The log was pruned: entries below N may be gone.' },
    strict: { kind: 'flag', summary: 'Intents without an outcome make the answer no.' },
  },
  details: `${LOG_DETAILS}

Works on any log in the layout of C2SP tlog-tiles. A log that lost its tail and shows an older checkpoint is consistent with itself:
only --since and --against-state see it. --against-state needs --tenant, and the database (DATABASE_URL with the keys of the deployment,
or the data folder while no instance has it open).
--json: {ok, size, root, entries, dangling_intents: [entry id], faults: [{code, where, message}], minimum_index?}`,
  async run(context) {
    const found = context.flag('against-state')
      ? await checkAgainstState(context)
      : await withLog(context, checkedBy(context));
    const open = found.dangling_intents.length;
    const report = { ...found, ok: found.ok && !(context.flag('strict') && open > 0) };
    await context.answer(report, () => reportText(report));
    return report.ok ? EXIT.yes : EXIT.no;
  },
};

const checkedBy =
  (context: CommandContext, more: { readonly state?: LogSource; readonly kept?: readonly string[] } = {}) =>
  async (log: OpenedLog): Promise<FsckReport> => {
    const since = [...(more.kept ?? [])];
    for (const path of context.texts('since')) since.push(await readText(path, context.io));
    const minimumIndex = context.count('minimum-index');
    return fsck(log, {
      keys: await keysOf(context, log),
      since,
      ...(minimumIndex !== undefined && { minimumIndex }),
      ...(more.state && { state: more.state }),
    });
  };

/** With a log that is named, it is what the database is measured on; without one, the checkpoint kept outside the database is. */
async function checkAgainstState(context: CommandContext): Promise<FsckReport> {
  const tenant = context.text('tenant');
  if (tenant === undefined) throw new CallFault('--against-state: give --tenant T, whose log in the database is meant');
  const { openStateLog } = await import('../host/ledger-state.ts');
  const state = await openStateLog(context, tenant);
  try {
    const named = context.args.length > 0 || context.text('url') !== undefined;
    if (named) return await withLog(context, checkedBy(context, { state }));
    const kept = await state.kept();
    if (kept.length + context.texts('since').length === 0)
      throw new CallFault(`${state.name}: no checkpoint is kept outside the database; give --since, a folder or a URL`);
    return await checkedBy(context, { kept })(state);
  } finally {
    await state.close();
  }
}

function reportText({ ok, size, root, entries, dangling_intents: open, faults, ...rest }: FsckReport): string {
  const lines = [
    `size ${size}, root ${root}, ${entries} entries read`,
    ...(rest.minimum_index === undefined ? [] : [`pruned: entries below ${rest.minimum_index} are not shown`]),
    ...faults.map(({ code, where, message }) => `${code} at ${where}: ${message}`),
    ...open.map((id) => `intent without an outcome: ${id}`),
  ];
  return `${ok ? 'ok' : 'NOT ok'}\n${indented(lines.map(printable).join('\n'))}`;
}
