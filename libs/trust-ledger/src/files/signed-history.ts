import { open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type SignedCheckpoint, signedCheckpoint } from '../core/index.ts';
import { readOrNull, syncPath } from './durable-file.ts';

const NAME = 'signed.ndjson';

/** Every checkpoint that a log has signed, one JSON string a line. A checkpoint is there before anybody else can see it. */
export class SignedHistory {
  private readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, NAME);
  }

  async all(): Promise<SignedCheckpoint[]> {
    const text = Buffer.from((await readOrNull(this.path)) ?? new Uint8Array()).toString('utf8');
    const lines = text.split('\n').slice(0, -1); // what follows the last newline was not written to its end
    return lines.map((line) => signedCheckpoint(JSON.parse(line) as string));
  }

  /** Cuts what a crash left of a line. */
  async mend(): Promise<void> {
    const bytes = await readOrNull(this.path);
    if (!bytes) return;
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) await truncate(this.path, end);
    await syncPath(this.path);
  }

  /** Durable when it resolves. */
  async add({ note }: SignedCheckpoint): Promise<void> {
    const file = await open(this.path, 'a');
    try {
      await file.writeFile(`${JSON.stringify(note)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}
