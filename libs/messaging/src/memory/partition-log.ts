import type { IncomingRecord, OutgoingRecord } from '../core/index.ts';

/** Who reads a log: how far it has come, as long as somebody reads on its behalf. */
export interface LogReader {
  readonly position: number;
  readonly live: boolean;
  wake(): void;
}

interface Waiter {
  readonly offset: number;
  readonly resolve: () => void;
}

/** The records of one partition, oldest first, and who waits for what of them. */
export class PartitionLog {
  private base = 0;
  private records: IncomingRecord[] = [];
  private waiters: Waiter[] = [];
  private readonly readers = new Set<LogReader>();

  /** @param retained records that are kept after everybody has read them, for those who come later */
  constructor(private readonly retained: number) {}

  /** The offset that the next record gets. */
  get end(): number {
    return this.base + this.records.length;
  }

  get start(): number {
    return this.base;
  }

  join(reader: LogReader): void {
    this.readers.add(reader);
  }

  append({ key, value, headers }: OutgoingRecord, timestampMs: number): void {
    this.records.push({ offset: String(this.end), key, value: value.slice(), headers: { ...headers }, timestampMs });
  }

  wakeReaders(): void {
    for (const reader of this.readers) reader.wake();
  }

  /** Copies: what one consumer does to the bytes is nobody else's affair. */
  read(from: number, limit: number): IncomingRecord[] {
    const at = Math.max(0, from - this.base);
    return this.records.slice(at, at + limit).map((record) => ({ ...record, value: record.value.slice() }));
  }

  /** Resolves when every live reader has passed `offset`, or when there is none. */
  passed(offset: number): Promise<void> {
    if (this.furthestAllHave() > offset) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiters.push({ offset, resolve });
    });
  }

  /** To be called whenever a reader has moved, come or gone. */
  moved(): void {
    const all = this.furthestAllHave();
    const done = this.waiters.filter(({ offset }) => all > offset);
    this.waiters = this.waiters.filter(({ offset }) => all <= offset);
    for (const { resolve } of done) resolve();
    const surplus = Math.min(all, this.end - this.retained) - this.base;
    if (surplus <= 0) return;
    this.records.splice(0, surplus);
    this.base += surplus;
  }

  /** Lets everybody go who waits, whether or not it happened. */
  abandon(): void {
    for (const { resolve } of this.waiters.splice(0)) resolve();
  }

  private furthestAllHave(): number {
    return Math.min(this.end, ...[...this.readers].filter(({ live }) => live).map(({ position }) => position));
  }
}
