import { appendFileSync, closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { DmitryError } from '@dmitry/kit';
import type { EffectRecord } from './effect-record.ts';

/** Keeps records across a restart. Each `put` is durable when it returns; the last one of a key counts. */
export interface EffectStore {
  load(): readonly EffectRecord[];
  put(record: EffectRecord): void;
  close(): void;
}

export const memoryEffectStore: EffectStore = { load: () => [], put: () => undefined, close: () => undefined };

/** One JSON line per state of a record, appended and synced before the caller is answered. */
export class FileEffectStore implements EffectStore {
  private readonly file: number;
  private readonly records: readonly EffectRecord[];
  private open = true;

  constructor(path: string) {
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    // A death in the middle of a write leaves a line without its end: nobody was answered, so it did not happen.
    const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1);
    this.records = parse(whole.toString('utf8'), path);
    this.file = openSync(path, 'a+');
    if (whole.length < bytes.length) ftruncateSync(this.file, whole.length);
  }

  load(): readonly EffectRecord[] {
    return this.records;
  }

  put(record: EffectRecord): void {
    appendFileSync(this.file, `${JSON.stringify(record)}\n`);
    fsyncSync(this.file);
  }

  close(): void {
    if (this.open) closeSync(this.file);
    this.open = false;
  }
}

function parse(text: string, path: string): readonly EffectRecord[] {
  const latest = new Map<number, EffectRecord>();
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    try {
      const record = JSON.parse(line) as EffectRecord;
      latest.set(record.seq, record);
    } catch (cause) {
      throw new DmitryError(
        'simulator.effect_log_invalid',
        `line ${at + 1} of the effect log ${path} is not a record; move the file away and start again`,
        { cause },
      );
    }
  }
  return [...latest.values()].sort((a, b) => a.seq - b.seq);
}
