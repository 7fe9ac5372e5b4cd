import { fsck, type FsckReport, type VerifierKey } from '@dmitry/trust-ledger';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { EXIT } from '../cli/faults.ts';
import { readText } from '../cli/input.ts';
import { indented, printable } from '../cli/layout.ts';
import { type LogFolder, openLogFolder, readVerifierKey } from '../cli/log-folder.ts';

export const ledgerFsckCommand: Command = {
  name: 'ledger fsck',
  summary: 'Derive a whole log anew and compare it with its tiles and its checkpoint.',
  usage: 'FOLDER',
  operands: { min: 1, max: 1 },
  options: {
    'public-key': {
      kind: 'list',
      value: 'FILE|VKEY',
      summary: "Verifier key (C2SP vkey) that signs the log. Without it: the folder's own log.pub, if there.",
    },
    since: {
      kind: 'list',
      value: 'CHECKPOINT',
      summary: 'A checkpoint known from before: nothing it covered may be gone.',
    },
    strict: { kind: 'flag', summary: 'Intents without an outcome make the answer no.' },
  },
  details: `
Works on any log in the layout of C2SP tlog-tiles. A log that lost its tail and shows an older checkpoint is consistent with itself:
only --since sees it.

--json: {ok, size, root, entries, dangling_intents: [entry id], faults: [{code, where, message}]}`,
  async run(context) {
    const log = await openLogFolder(context);
    const since: string[] = [];
    for (const path of context.texts('since')) since.push(await readText(path, context.io));
    const found = await fsck(log, { keys: await keysOf(context, log), since });
    const open = found.dangling_intents.length;
    const report = { ...found, ok: found.ok && !(context.flag('strict') && open > 0) };
    await context.answer(report, () => reportText(report));
    return report.ok ? EXIT.yes : EXIT.no;
  },
};

async function keysOf(context: CommandContext, log: LogFolder): Promise<VerifierKey[]> {
  const keys: VerifierKey[] = [];
  for (const value of context.texts('public-key')) keys.push(await readVerifierKey(value, context));
  if (keys.length > 0) return keys;
  const own = await log.verifierKey();
  await context.note(
    own
      ? 'the signature is checked with the log.pub beside the log; give --public-key for one that you trust'
      : 'no signature is checked: give --public-key',
  );
  return own ? [own] : [];
}

function reportText({ ok, size, root, entries, dangling_intents: open, faults }: FsckReport): string {
  const lines = [
    `size ${size}, root ${root}, ${entries} entries read`,
    ...faults.map(({ code, where, message }) => `${code} at ${where}: ${message}`),
    ...open.map((id) => `intent without an outcome: ${id}`),
  ];
  return `${ok ? 'ok' : 'NOT ok'}\n${indented(lines.map(printable).join('\n'))}`;
}
