import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { readRecords } from '@dmitry/normalise';
import { CallFault, Interrupted } from './faults.ts';
import type { Io } from './io.ts';

/** Standard input. */
const STDIN = '-';
/** Files of a folder that hold records. */
export const RECORD_FILES = /\.(ndjson|jsonl|json)(\.gz)?$/i;

/** One record with its 0-based number over the whole input, or why it could not be read. */
export type InputRecord = { readonly index: number; readonly path: string } & (
  { readonly value: unknown } | { readonly fault: string }
);

/**
 * Every file that the operands mean, in the order of their paths: folders are walked, hidden files are not looked at. No operand is
 * standard input.
 * @throws CallFault for what is not there, and for a folder without any file of the kind that is wanted
 */
export async function inputFiles(operands: readonly string[], io: Io, wanted: RegExp): Promise<readonly string[]> {
  const paths = operands.length === 0 ? [STDIN] : operands;
  if (paths.includes(STDIN) && io.stdinTerminal)
    throw new CallFault('nothing to read: give a file, a folder, or pipe records to standard input');
  const found: string[] = [];
  for (const path of paths) found.push(...(await filesOf(path, io, wanted)));
  return found.sort();
}

async function filesOf(path: string, io: Io, wanted: RegExp): Promise<readonly string[]> {
  if (path === STDIN) return [path];
  const info = await stat(resolve(io.cwd, path)).catch((error: NodeJS.ErrnoException) => {
    throw new CallFault(`${path}: ${reasonOf(error)}`);
  });
  if (!info.isDirectory()) return [path];
  const inside = await walk(path, io, wanted);
  if (inside.length === 0) throw new CallFault(`${path}: the folder holds no file that ends like ${readable(wanted)}`);
  return inside;
}

async function walk(folder: string, io: Io, wanted: RegExp): Promise<string[]> {
  const entries = await readdir(resolve(io.cwd, folder), { withFileTypes: true });
  const visible = entries.filter(({ name }) => !name.startsWith('.'));
  const inside = visible.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path, io, wanted);
    return Promise.resolve(entry.isFile() && wanted.test(entry.name) ? [path] : []);
  });
  return (await Promise.all(inside)).flat();
}

const readable = (wanted: RegExp): string => wanted.source.replaceAll(/[\\$^]/g, '');

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder; give a file',
  ENOTDIR: 'a part of the path is not a folder',
};
export const reasonOf = (error: NodeJS.ErrnoException): string =>
  REASONS[error.code ?? ''] ?? `it cannot be read (${error.code ?? error.message})`;

/** The bytes of a file or of standard input; gzip is recognised by its first bytes, whatever the name. */
export async function* openBytes(path: string, io: Io): AsyncGenerator<Uint8Array, void, undefined> {
  const source = path === STDIN ? io.stdin() : createReadStream(resolve(io.cwd, path));
  try {
    for await (const chunk of await plain(source)) {
      if (io.signal.aborted) throw new Interrupted();
      yield chunk;
    }
  } catch (error) {
    if (io.signal.aborted) throw new Interrupted();
    throw faultOf(path, error);
  }
  if (io.signal.aborted) throw new Interrupted();
}

function faultOf(path: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code.startsWith('Z_')) return new CallFault(`${path}: not readable as gzip: ${(error as Error).message}`);
  return /^E[A-Z]+$/.test(code) ? new CallFault(`${path}: ${reasonOf(error as NodeJS.ErrnoException)}`) : error;
}

async function plain(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = source[Symbol.asyncIterator]();
  const head = await headOf(iterator);
  const whole = rejoined(head, iterator);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return whole;
  const gunzip = createGunzip();
  // a fault on either side reaches the reader of `gunzip`; the promise says nothing that it does not
  pipeline(Readable.from(whole, { objectMode: false }), gunzip).catch(() => undefined);
  return gunzip as AsyncIterable<Uint8Array>;
}

async function headOf(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < 2) {
    const next = await iterator.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* rejoined(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** Records of all files, numbered through. Holds one record at a time, and reads no faster than they are taken. */
export async function* readInput(operands: readonly string[], io: Io): AsyncGenerator<InputRecord, void, undefined> {
  let next = 0;
  for (const path of await inputFiles(operands, io, RECORD_FILES)) {
    for await (const record of readRecords(openBytes(path, io), { firstIndex: next })) {
      next = record.index + 1;
      yield 'fault' in record
        ? { index: record.index, path, fault: record.fault.message }
        : { index: record.index, path, value: record.value };
    }
  }
}

/** Largest file that is read at once: bundles, policies, checkpoints. */
const MAX_DOCUMENT_BYTES = 512 * 1024 * 1024;

/** A whole file. @throws CallFault */
export async function readDocument(path: string, io: Io): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of openBytes(path, io)) {
    size += part.length;
    if (size > MAX_DOCUMENT_BYTES) throw new CallFault(`${path}: larger than ${MAX_DOCUMENT_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export const readText = async (path: string, io: Io): Promise<string> =>
  (await readDocument(path, io)).toString('utf8');

/** A JSON file. @throws CallFault that names the file, and the place where it is not JSON */
export async function readJson(path: string, io: Io): Promise<unknown> {
  const text = await readText(path, io);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CallFault(`${path}: not JSON: ${(error as Error).message}`);
  }
}
