import {
  decodeBase64,
  encodeBase64,
  formatTlogProof,
  leafHash,
  type LogReader,
  TileTree,
  verifyInclusion,
} from '@dmitry/trust-ledger';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { CallFault, EXIT, type ExitCode } from '../cli/faults.ts';
import {
  LOG_DETAILS,
  LOG_OPERANDS,
  LOG_OPTIONS,
  LOG_USAGE,
  type OpenedLog,
  readerOf,
  withLog,
} from '../cli/log-source.ts';

export const ledgerProveCommand: Command = {
  name: 'ledger prove',
  summary: 'A proof that an entry is in a log: C2SP tlog-proof, with the checkpoint it leads to.',
  usage: LOG_USAGE,
  operands: LOG_OPERANDS,
  options: {
    ...LOG_OPTIONS,
    index: { kind: 'count', value: 'N', summary: 'Place of the entry, from 0.' },
    entry: { kind: 'text', value: 'ID', summary: 'Id of the entry, instead of its place.' },
  },
  details: `${LOG_DETAILS}\n\n--json: {index, size, root, leaf_hash, path: [base64], checkpoint, entry: base64}`,
  run: (context) => withLog(context, (log) => prove(context, log)),
};

async function prove(context: CommandContext, log: OpenedLog): Promise<ExitCode> {
  const reader = await readerOf(log);
  const index = await indexOf(context, reader);
  const checkpoint = await reader.checkpoint();
  const { size = 0, root = '', note = '' } = checkpoint ?? {};
  if (index >= size) throw new CallFault(`--index ${index}: the log has ${size} entries`);
  const tree = new TileTree(reader, size);
  const [proof, entry] = [await tree.inclusionProof(index), await tree.entry(index)];
  const leaf = leafHash(entry);
  const claim = { index, size, leafHash: leaf, root: decodeBase64(root) ?? new Uint8Array(), path: proof };
  if (!verifyInclusion(claim)) {
    await context.warn(`${log.name}: the tiles do not lead to the checkpoint; run dmitry ledger fsck`);
    return EXIT.no;
  }
  const answer = {
    index,
    size,
    root,
    leaf_hash: encodeBase64(leaf),
    path: proof.map(encodeBase64),
    checkpoint: note,
    entry: encodeBase64(entry),
  };
  await context.answer(answer, () => formatTlogProof({ index, path: proof, checkpoint: note }).trimEnd());
  return EXIT.yes;
}

async function indexOf(context: CommandContext, reader: LogReader): Promise<number> {
  const index = context.count('index');
  const id = context.text('entry');
  if ((index === undefined) === (id === undefined)) throw new CallFault('give either --index N or --entry ID');
  if (index !== undefined) return index;
  const found = await reader.indexOf(id ?? '');
  if (found === null) throw new CallFault(`--entry ${id}: the log has no such entry`);
  return found;
}
