import { stat } from 'node:fs/promises';
import {
  decodeEntryBundle,
  type LogReader,
  type LogSource,
  parseVerifierKey,
  signedCheckpoint,
  TILE_WIDTH,
  type TileSource,
  tileWidth,
  type VerifierKey,
} from '@dmitry/trust-ledger';
import { openTileFolder } from '@dmitry/trust-ledger/files';
import type { OptionTable } from './command.ts';
import type { CommandContext } from './context.ts';
import { DEPLOYMENT_OPTIONS } from './deployment-options.ts';
import { CallFault, Interrupted } from './faults.ts';
import { readText, reasonOf } from './input.ts';

/** A log, wherever it is read from. */
export interface OpenedLog extends LogSource {
  /** As it is called in complaints. */
  readonly name: string;
  minimumIndex(): Promise<number>;
  /** Keys that come with the log, the newest first. They prove nothing to whoever does not trust the place they come from. */
  verifierKeys(): Promise<readonly VerifierKey[]>;
  close(): Promise<void>;
}

/** Operand and options of a command that reads a log. */
export const LOG_USAGE = '[FOLDER|URL]';
export const LOG_OPERANDS = { min: 0, max: 1 } as const;
export const LOG_OPTIONS = {
  ...DEPLOYMENT_OPTIONS,
  tenant: {
    kind: 'text',
    value: 'T',
    summary:
      'Whose log: out of the database (DATABASE_URL, or the data folder), or the one that the token must be for.',
  },
} as const satisfies OptionTable;
/** `--public-key` of a command that checks signatures; `keysOf` reads it. */
export const SIGNERS_OPTION = {
  kind: 'list',
  value: 'FILE|VKEY',
  summary: 'Verifier key (C2SP vkey) that signs the log. Without it: the one that comes with the log.',
} as const satisfies OptionTable[string];
export const LOG_DETAILS = `
The log is a FOLDER of static tiles (C2SP tlog-tiles), the URL that such tiles are served under, or without an operand the log of a
deployment: over its gateway (--url, --token), or with --tenant and no --url out of its database.`;

/** Opens the log that the call means, and closes it when the work is done. Reading stops at Ctrl-C. @throws CallFault */
export async function withLog<T>(context: CommandContext, work: (log: OpenedLog) => Promise<T>): Promise<T> {
  const log = await openLog(context);
  const interruptible: OpenedLog = {
    ...log,
    tile: (level, index, width) => {
      if (context.signal.aborted) throw new Interrupted();
      return log.tile(level, index, width);
    },
  };
  try {
    return await work(interruptible);
  } finally {
    await log.close();
  }
}

async function openLog(context: CommandContext): Promise<OpenedLog> {
  const operand = context.args[0];
  if (operand === undefined) return openDeployedLog(context);
  if (!/^https?:\/\//.test(operand)) return openLogFolder(context, operand);
  const { openServedLog } = await import('../host/served-log.ts');
  return openServedLog(context, operand);
}

async function openDeployedLog(context: CommandContext): Promise<OpenedLog> {
  const tenant = context.text('tenant');
  const named = context.text('url') ?? (context.env['DMITRY_URL'] || undefined);
  if (tenant !== undefined && named === undefined) {
    const { openStateLog } = await import('../host/ledger-state.ts');
    return openStateLog(context, tenant);
  }
  const { openGatewayLog } = await import('../host/served-log.ts');
  return openGatewayLog(context);
}

async function openLogFolder(context: CommandContext, path: string): Promise<OpenedLog> {
  const info = await stat(context.path(path)).catch((error: NodeJS.ErrnoException) => {
    throw new CallFault(`${path}: ${reasonOf(error)}`);
  });
  if (!info.isDirectory()) throw new CallFault(`${path}: not a folder; a log is a folder with checkpoint and tile/`);
  const folder = openTileFolder(context.path(path));
  const verifierKeys = async () => [await folder.verifierKey()].filter((key) => key !== null);
  return { ...folder, verifierKeys, name: path, close: () => Promise.resolve() };
}

/** The source as a reader of one log. @throws CallFault without a checkpoint */
export async function readerOf(log: OpenedLog): Promise<LogReader> {
  const note = await log.checkpointNote();
  if (note === null) throw new CallFault(`${log.name}: no checkpoint there; a log has checkpoint and tile/`);
  const checkpoint = signedCheckpoint(note);
  return {
    origin: checkpoint.origin,
    checkpoint: () => Promise.resolve(checkpoint),
    checkpoints: (limit) => Promise.resolve(limit > 0 ? [checkpoint] : []),
    minimumIndex: () => log.minimumIndex(),
    tile: (level, index, width) => log.tile(level, index, width),
    indexOf: (entryId) => indexOfEntry(log, checkpoint.size, entryId),
  };
}

async function indexOfEntry(source: TileSource, size: number, entryId: string): Promise<number | null> {
  for (let index = 0; tileWidth('entries', index, size) > 0; index++) {
    const width = tileWidth('entries', index, size);
    const bytes = (await source.tile('entries', index, width)) ?? (await source.tile('entries', index, TILE_WIDTH));
    const at = bytes ? decodeEntryBundle(bytes).findIndex((entry) => idOf(entry) === entryId) : -1;
    if (at >= 0) return index * TILE_WIDTH + at;
  }
  return null;
}

function idOf(entry: Uint8Array): unknown {
  try {
    return (JSON.parse(Buffer.from(entry).toString('utf8')) as { readonly id?: unknown } | null)?.id;
  } catch {
    return undefined; // an entry of another format than ours
  }
}

/** The verifier keys that `--public-key` gives, or the one that comes with the log. */
export async function keysOf(context: CommandContext, log: OpenedLog): Promise<VerifierKey[]> {
  const keys: VerifierKey[] = [];
  for (const value of context.texts('public-key')) keys.push(await readVerifierKey(value, context));
  if (keys.length > 0) return keys;
  const own = await log.verifierKeys();
  await context.note(
    own.length > 0
      ? 'the signature is checked with the key that comes with the log; give --public-key for one that you trust'
      : 'no signature is checked: give --public-key',
  );
  return [...own];
}

/** A verifier key, given as text or in a file. @throws CallFault */
export async function readVerifierKey(value: string, context: CommandContext): Promise<VerifierKey> {
  const isFile = await stat(context.path(value)).then(
    (info) => info.isFile(),
    () => false,
  );
  const text = isFile ? await readText(value, context.io) : value;
  try {
    return parseVerifierKey(text.trim());
  } catch (error) {
    throw new CallFault(`--public-key: ${(error as Error).message}`);
  }
}
