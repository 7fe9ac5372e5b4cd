import { readRecords } from '@dmitry/normalise';
import type { CommandContext } from './context.ts';
import { type InputRecord, inputFiles, openBytes, readText } from './input.ts';

/** A text to look through, with its 0-based number over the whole input. */
export interface ReadText {
  readonly index: number;
  readonly id: string | number;
  readonly text: string;
  readonly path?: string;
}

const ANY_FILE = /./;
const RECORDS = /\.(ndjson|jsonl)(\.gz)?$/i;

/** Texts of the operands: `{id, text, path?}` per line, or whole plain files; what cannot be read is reported and passed over. */
export async function* readTexts(context: CommandContext): AsyncGenerator<ReadText, void, undefined> {
  const { io, progress } = context;
  let next = 0;
  for (const path of await inputFiles(context.args, io, ANY_FILE)) {
    for await (const record of recordsOf(path, next, context)) {
      await progress.tick();
      next = record.index + 1;
      const text = 'fault' in record ? record.fault : textOf(record);
      if (typeof text === 'string') await context.skip(record, text);
      else yield text;
    }
  }
}

async function* recordsOf(path: string, index: number, context: CommandContext): AsyncGenerator<InputRecord> {
  const whole = RECORDS.test(path) ? null : await plainText(path, context);
  if (whole !== null && 'text' in whole) {
    yield { index, path, value: { id: path, text: whole.text, path } };
    return;
  }
  for await (const record of readRecords(whole?.chunks ?? openBytes(path, context.io), { firstIndex: index })) {
    yield 'fault' in record
      ? { index: record.index, path, fault: record.fault.message }
      : { index: record.index, path, value: record.value };
  }
}

type Plain = { readonly text: string } | { readonly chunks: AsyncIterable<Uint8Array> | readonly string[] };

/** Standard input is told by its first character, another file by its first line; both may turn out to be records. */
async function plainText(path: string, { io }: CommandContext): Promise<Plain> {
  if (path === '-') return standardInput(openBytes(path, io));
  const text = await readText(path, io);
  return isRecord(text.slice(0, Math.max(0, text.indexOf('\n'))) || text) ? { chunks: [text] } : { text };
}

async function standardInput(bytes: AsyncGenerator<Uint8Array>): Promise<Plain> {
  const head: Uint8Array[] = [];
  for (let first = ''; first === '';) {
    const chunk = await bytes.next();
    if (chunk.done) break;
    head.push(chunk.value);
    first = Buffer.concat(head).toString('utf8').trimStart().slice(0, 1);
  }
  const start = Buffer.concat(head);
  const records = /^\s*[[{]/.test(start.toString('utf8')) || start.toString('utf8').trim() === '';
  if (records) return { chunks: followed(start, bytes) };
  const rest: Uint8Array[] = [start];
  for await (const chunk of bytes) rest.push(chunk);
  return { text: Buffer.concat(rest).toString('utf8') };
}

async function* followed(start: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield start;
  yield* rest;
}

function isRecord(line: string): boolean {
  try {
    return typeof (JSON.parse(line) as { readonly text?: unknown } | null)?.text === 'string';
  } catch {
    return false;
  }
}

/** The text, or what is wrong with the record. */
function textOf({ index, value }: { readonly index: number; readonly value: unknown }): ReadText | string {
  const { id, text, path } = (value ?? {}) as {
    readonly id?: unknown;
    readonly text?: unknown;
    readonly path?: unknown;
  };
  if (typeof text !== 'string') return 'a record is {id, text, path?}, and text a string';
  return {
    index,
    id: typeof id === 'string' || typeof id === 'number' ? id : index,
    text,
    ...(typeof path === 'string' ? { path } : {}),
  };
}
