import { type ReadRecord, RecordScanner } from './record-scanner.ts';

export interface ReadOptions {
  /** Longest record in UTF-16 code units. @default 8388608 */
  readonly maxRecordChars?: number;
  /** Number of the first record. @default 0 */
  readonly firstIndex?: number;
}

/**
 * Records of NDJSON, of JSON arrays, or of one JSON object (CloudTrail's `{"Records":[…]}`, a page of AWS's findings and the reply of an
 * OpenSearch query or of Wazuh's API count as their lists), in order, with 0-based numbers. Bytes are read as UTF-8, ill-formed ones as U+FFFD. Bounded by the longest record. Never throws for what it reads:
 * a record that cannot be read comes as a fault and reading goes on.
 */
export async function* readRecords(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<ReadRecord, void, undefined> {
  const scanner = new RecordScanner(options.maxRecordChars, options.firstIndex);
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of chunks) {
    yield* scanner.push(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
  }
  yield* scanner.push(decoder.decode());
  yield* scanner.end();
}
