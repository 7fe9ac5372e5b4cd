import {
  canonicalJson,
  MAX_RECORDING_LINE_BYTES,
  parseRecordingLine,
  RECORDING_KINDS,
  type RecordingLine,
} from '@dmitry/contracts';
import { recordingInvalid, recordingTooLarge } from './recording.errors.ts';

export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A line with its number, from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly line: RecordingLine;
}

const NEWLINE = 0x0a;

/**
 * The lines of a recording, one at a time: UTF-8, each the RFC 8785 form of its value, in the order of their kinds, whole to the last line.
 * @throws DmitryError `pipeline.recording_invalid`, `pipeline.recording_too_large`, each with the number of the line
 */
export async function* readRecording(source: ByteSource): AsyncGenerator<NumberedLine, void, undefined> {
  let number = 0;
  let last = -1;
  for await (const bytes of splitLines(source)) {
    number += 1;
    const line = lineOf(bytes, number);
    last = placeOf(line, number, last);
    yield { number, line };
  }
  if (last !== RECORDING_KINDS.length - 1)
    throw recordingInvalid(number + 1, 'the recording is cut: there is no last line of kind end');
}

async function* splitLines(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 1;
  const take = (part: Uint8Array): void => {
    size += part.length;
    if (size > MAX_RECORDING_LINE_BYTES) throw recordingTooLarge(number, `${MAX_RECORDING_LINE_BYTES} bytes in a line`);
    if (part.length > 0) parts.push(part);
  };
  for await (const chunk of source) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, to));
      yield Buffer.concat(parts);
      parts = [];
      size = 0;
      number += 1;
      from = to + 1;
    }
    take(chunk.slice(from)); // the source may use its buffer again
  }
  if (size > 0) yield Buffer.concat(parts);
}

function lineOf(bytes: Uint8Array, number: number): RecordingLine {
  let text: string;
  let value: unknown;
  let canonical: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
    canonical = canonicalJson(value);
  } catch (error) {
    throw recordingInvalid(number, `not one JSON document in UTF-8 (${(error as Error).message})`);
  }
  if (canonical !== text) throw recordingInvalid(number, 'not the RFC 8785 form of its value');
  const parsed = parseRecordingLine(value);
  if (parsed.ok) return parsed.value;
  const faults = parsed.faults.slice(0, 5).map(({ pointer, message }) => `${pointer} ${message}`);
  throw recordingInvalid(number, faults.join('; '));
}

/** Kinds stand in their order; there is one header, and nothing after the end. @returns the place of this line's kind */
function placeOf(line: RecordingLine, number: number, last: number): number {
  const place = RECORDING_KINDS.indexOf(line.kind);
  if (last < 0 && line.kind !== 'header') throw recordingInvalid(number, 'the first line is the header');
  if (place < last || (place === last && (line.kind === 'header' || line.kind === 'end')))
    throw recordingInvalid(number, `a line of kind ${line.kind} cannot stand after ${RECORDING_KINDS[last] ?? ''}`);
  if (line.kind === 'end' && line.lines !== number - 1)
    throw recordingInvalid(number, `the recording had ${line.lines} lines before its end, ${number - 1} are there`);
  return place;
}
