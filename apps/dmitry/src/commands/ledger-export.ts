import { formatVerifierKey } from '@dmitry/trust-ledger';
import { exportTiles } from '@dmitry/trust-ledger/files';
import type { Command } from '../cli/command.ts';
import { CallFault, EXIT } from '../cli/faults.ts';
import {
  LOG_DETAILS,
  LOG_OPERANDS,
  LOG_OPTIONS,
  LOG_USAGE,
  readerOf,
  readVerifierKey,
  withLog,
} from '../cli/log-source.ts';

export const ledgerExportCommand: Command = {
  name: 'ledger export',
  summary: 'One log as static tiles with its verifier key in log.pub, fit for any web server.',
  usage: LOG_USAGE,
  operands: LOG_OPERANDS,
  options: {
    ...LOG_OPTIONS,
    tiles: {
      kind: 'text',
      value: 'DIR',
      required: true,
      summary: 'Folder to write; run again, it takes what has grown.',
    },
    'public-key': {
      kind: 'text',
      value: 'FILE|VKEY',
      summary: 'Verifier key. Without it: the one that comes with the log.',
    },
  },
  details: `${LOG_DETAILS}\nThe checkpoint is written last.\n\n--json: {size, files, path}`,
  run: (context) => {
    const tiles = context.text('tiles') ?? '';
    const [path] = context.args;
    if (path !== undefined && context.path(tiles) === context.path(path))
      throw new CallFault(`--tiles ${tiles}: give another folder than the log's`);
    return withLog(context, async (log) => {
      const given = context.text('public-key');
      const key = given === undefined ? (await log.verifierKeys())[0] : await readVerifierKey(given, context);
      if (!key) throw new CallFault(`${log.name}: no log.pub there; give --public-key`);
      const { size, files } = await exportTiles(await readerOf(log), context.path(tiles), formatVerifierKey(key));
      await context.answer({ size, files, path: tiles }, () => `${size} entries in ${files} files: ${tiles}`);
      return EXIT.yes;
    });
  },
};
