import { type FileHandle, open } from 'node:fs/promises';
import { ledgerFault } from '../core/index.ts';
import { encodeFrame, FRAME_HEADER_BYTES } from './journal-frame.ts';
import { createSegment, type FrameVisitor, type JournalEnd, recoverSegments, segmentPath } from './segment-files.ts';

export interface JournalOptions {
  readonly folder: string;
  /** From this size on the next frame goes into a new segment. */
  readonly segmentBytes: number;
}

/** Where bytes stand in a journal. */
export interface JournalPlace {
  readonly segment: number;
  readonly offset: number;
}

interface Waiting {
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
  resolve(place: JournalPlace): void;
  reject(error: unknown): void;
}

/** Bytes of one flush at most: more would keep its first callers waiting for the last ones. */
const GROUP_BYTES = 4 * 1024 * 1024;

/**
 * An append-only file in segments. Many callers share one write and one flush: what arrives while a flush is under way goes out together
 * with the next one, in the order of arrival. A frame is begun only when the one before it is on the disk.
 */
export class Journal {
  private waiting: Waiting[] = [];
  private running: Promise<void> | null = null;
  private failure: unknown = null;
  private readonly readers = new Map<number, Promise<FileHandle>>();

  private constructor(
    private readonly options: JournalOptions,
    private end: JournalEnd,
    private file: FileHandle,
  ) {}

  /** @throws DmitryError `ledger.files_damaged` */
  static async open(options: JournalOptions, visit: FrameVisitor): Promise<Journal> {
    const end = await recoverSegments(options.folder, visit);
    return new Journal(options, end, await open(segmentPath(options.folder, end.segment), 'r+'));
  }

  /**
   * On the disk when it resolves, with the place of the first byte; then everything that was appended before is there, too.
   * @throws DmitryError `ledger.journal_failed`: whether the bytes are there is known when the journal is opened again
   */
  append(pieces: readonly Uint8Array[]): Promise<JournalPlace> {
    if (this.failure !== null) return Promise.reject(failed(this.failure));
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    return new Promise((resolve, reject) => {
      this.waiting.push({ pieces, bytes, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** @throws DmitryError `ledger.journal_failed` after a write that failed */
  check(): void {
    if (this.failure !== null) throw failed(this.failure);
  }

  async read({ segment, offset }: JournalPlace, length: number): Promise<Buffer> {
    let file = this.readers.get(segment);
    if (!file) {
      file = open(segmentPath(this.options.folder, segment), 'r');
      this.readers.set(segment, file);
    }
    const bytes = Buffer.allocUnsafe(length);
    const { bytesRead } = await (await file).read(bytes, 0, length, offset);
    if (bytesRead === length) return bytes;
    throw ledgerFault('ledger.files_damaged', `segment ${segment} ends before byte ${offset + length}: restore it`);
  }

  /** Waits for what was appended. */
  async close(): Promise<void> {
    await this.running;
    this.failure ??= new Error('the journal is closed');
    await this.file.close();
    for (const file of this.readers.values()) await (await file).close();
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      try {
        const place = await this.flush(group);
        let { offset } = place;
        for (const one of group) {
          one.resolve({ segment: place.segment, offset });
          offset += one.bytes;
        }
      } catch (error) {
        // After a failed flush nobody knows what is on the disk, and a later one may succeed without it: nothing more is taken.
        this.failure = error;
        for (const one of [...group, ...this.waiting.splice(0)]) one.reject(failed(error));
      }
    }
    this.running = null;
  }

  private takeGroup(): Waiting[] {
    let bytes = 0;
    const end = this.waiting.findIndex((one) => (bytes += one.bytes) > GROUP_BYTES);
    return this.waiting.splice(0, end < 0 ? this.waiting.length : Math.max(end, 1));
  }

  private async flush(group: readonly Waiting[]): Promise<JournalPlace> {
    if (this.end.bytes >= this.options.segmentBytes) await this.rotate();
    const { segment, bytes, frames } = this.end;
    const frame = encodeFrame(
      frames + 1,
      group.flatMap(({ pieces }) => pieces),
    );
    await writeAll(this.file, frame, bytes);
    await this.file.datasync();
    this.end = { segment, bytes: bytes + frame.length, frames: frames + 1 };
    return { segment, offset: bytes + FRAME_HEADER_BYTES };
  }

  private async rotate(): Promise<void> {
    const segment = this.end.segment + 1;
    await createSegment(this.options.folder, segment);
    await this.file.close();
    this.file = await open(segmentPath(this.options.folder, segment), 'r+');
    this.end = { ...this.end, segment, bytes: 0 };
  }
}

/** A write may take less than it was given. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

const failed = (cause: unknown) =>
  ledgerFault(
    'ledger.journal_failed',
    'the journal could not be written, or is closed: mend the disk, then open the ledger again; what is on the disk is found then',
    { cause },
  );
