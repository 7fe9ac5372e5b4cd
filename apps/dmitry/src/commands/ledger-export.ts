import { formatVerifierKey } from '@dmitry/trust-ledger';
import { exportTiles } from '@dmitry/trust-ledger/files';
import type { Command } from '../cli/command.ts';
import { CallFault, EXIT } from '../cli/faults.ts';
import { openLogFolder, readerOf, readVerifierKey } from '../cli/log-folder.ts';

export const ledgerExportCommand: Command = {
  name: 'ledger export',
  summary: 'One log as static tiles with its verifier key in log.pub, fit for any web server.',
  usage: 'FOLDER',
  operands: { min: 1, max: 1 },
  options: {
    tiles: {
      kind: 'text',
      value: 'DIR',
      required: true,
      summary: 'Folder to write; run again, it takes what has grown.',
    },
    'public-key': { kind: 'text', value: 'FILE|VKEY', summary: "Verifier key. Without it: the folder's own log.pub." },
  },
  details: 'The checkpoint is written last.\n\n--json: {size, files, path}',
  async run(context) {
    const path = context.args[0] ?? '';
    const tiles = context.text('tiles') ?? '';
    if (context.path(tiles) === context.path(path))
      throw new CallFault(`--tiles ${tiles}: give another folder than the log's`);
    const log = await openLogFolder(context);
    const given = context.text('public-key');
    const key = given === undefined ? await log.verifierKey() : await readVerifierKey(given, context);
    if (!key) throw new CallFault(`${path}: no log.pub there; give --public-key`);
    const { size, files } = await exportTiles(await readerOf(log, path), context.path(tiles), formatVerifierKey(key));
    await context.answer({ size, files, path: tiles }, () => `${size} entries in ${files} files: ${tiles}`);
    return EXIT.yes;
  },
};
