import type { Command } from '../cli/command.ts';
import { EXIT } from '../cli/faults.ts';
import { openLogFolder, readerOf } from '../cli/log-folder.ts';

export const ledgerCheckpointCommand: Command = {
  name: 'ledger checkpoint',
  summary: 'The newest signed checkpoint of a log, to be kept elsewhere.',
  usage: 'FOLDER',
  operands: { min: 1, max: 1 },
  options: {},
  details: 'Prints the signed note as it is.\n\n--json: {origin, size, root, note}',
  async run(context) {
    const reader = await readerOf(await openLogFolder(context), context.args[0] ?? '');
    const checkpoint = await reader.checkpoint();
    await context.answer(checkpoint, () => (checkpoint?.note ?? '').trimEnd());
    return EXIT.yes;
  },
};
