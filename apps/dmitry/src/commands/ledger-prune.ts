import { pruneTileFolder } from '@dmitry/trust-ledger/files';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { CallFault, EXIT } from '../cli/faults.ts';
import { readVerifierKey } from '../cli/log-source.ts';

export const ledgerPruneCommand: Command = {
  name: 'ledger prune',
  summary: 'Remove the entries of a log below a minimum index, for good, when the retention policy says so.',
  usage: '[FOLDER]',
  operands: { min: 0, max: 1 },
  options: {
    tenant: { kind: 'text', value: 'T', summary: 'Whose log in the database (DATABASE_URL, or the data folder).' },
    'minimum-index': { kind: 'count', value: 'N', summary: 'The first entry that stays.' },
    before: { kind: 'text', value: 'TIME', summary: 'Instead: everything older than this (RFC 3339). Database only.' },
    reason: {
      kind: 'text',
      value: 'TEXT',
      summary: 'Which rule of the retention policy; it stands in the ledger. Database only.',
    },
    'public-key': {
      kind: 'text',
      value: 'FILE|VKEY',
      summary: "Of a folder: verifier key. Without it: the folder's own log.pub.",
    },
  },
  details: `
In the database (--tenant) entries go with their payloads, and the log gets an entry that says so; in a FOLDER of static tiles the entry
bundles go. Hash tiles stay, so no root and no proof changes. Only what a signed checkpoint covers is removed, in whole tiles of 256
entries. Sessions stay whole when they are open, hold an intent without an outcome, reach up to the minimum, or hold what an entry that
stays rests on; run again later, they go too.

--json: {minimum_index, removed, kept}; of a folder {minimum_index, removed} with removed bundles`,
  async run(context) {
    const [folder] = context.args;
    if ((folder === undefined) === (context.text('tenant') === undefined))
      throw new CallFault('give either a FOLDER of tiles or --tenant T');
    if ((context.count('minimum-index') === undefined) === (context.text('before') === undefined))
      throw new CallFault('give either --minimum-index N or --before TIME');
    return folder === undefined ? pruneDatabase(context) : pruneFolder(context, folder);
  },
};

async function pruneFolder(context: CommandContext, folder: string) {
  const minimumIndex = context.count('minimum-index');
  if (minimumIndex === undefined) throw new CallFault('--before: a folder is pruned by --minimum-index N');
  const given = context.text('public-key');
  const keys = given === undefined ? [] : [await readVerifierKey(given, context)];
  const pruned = await pruneTileFolder(context.path(folder), { minimumIndex, keys });
  const answer = { minimum_index: pruned.minimumIndex, removed: pruned.removed };
  await context.answer(
    answer,
    () => `${folder}: ${pruned.removed} bundles of entries below ${pruned.minimumIndex} removed`,
  );
  return EXIT.yes;
}

async function pruneDatabase(context: CommandContext) {
  const tenant = context.text('tenant') ?? '';
  const reason = context.text('reason');
  if (!reason) throw new CallFault('--reason TEXT: say which rule of the retention policy; it stands in the ledger');
  const { pruneState } = await import('../host/prune-state.ts');
  const pruned = await pruneState(context, { tenant, reason, from: bound(context) });
  const answer = { minimum_index: pruned.minimumIndex, removed: pruned.removed, kept: pruned.kept };
  await context.answer(
    answer,
    () =>
      `${pruned.removed} entries below ${pruned.minimumIndex} removed, ${pruned.kept} below it stay with what rests on them`,
  );
  return EXIT.yes;
}

function bound(context: CommandContext): { readonly index: number } | { readonly timeMs: number } {
  const index = context.count('minimum-index');
  if (index !== undefined) return { index };
  const timeMs = Date.parse(context.text('before') ?? '');
  if (Number.isNaN(timeMs)) throw new CallFault(`--before ${context.text('before')}: not a time (RFC 3339)`);
  return { timeMs };
}
