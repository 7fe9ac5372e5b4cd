import type { Command } from '../cli/command.ts';
import { EXIT } from '../cli/faults.ts';
import { LOG_DETAILS, LOG_OPERANDS, LOG_OPTIONS, LOG_USAGE, readerOf, withLog } from '../cli/log-source.ts';

export const ledgerCheckpointCommand: Command = {
  name: 'ledger checkpoint',
  summary: 'The newest signed checkpoint of a log, to be kept elsewhere.',
  usage: LOG_USAGE,
  operands: LOG_OPERANDS,
  options: LOG_OPTIONS,
  details: `${LOG_DETAILS}\nPrints the signed note as it is.\n\n--json: {origin, size, root, note}`,
  run: (context) =>
    withLog(context, async (log) => {
      const checkpoint = await (await readerOf(log)).checkpoint();
      await context.answer(checkpoint, () => (checkpoint?.note ?? '').trimEnd());
      return EXIT.yes;
    }),
};
