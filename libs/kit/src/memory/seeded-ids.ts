import { createHash } from 'node:crypto';
import { type Clock, type IdSource, uuidV7 } from '../core/index.ts';

/** Ids and bytes that depend on the seed and the clock alone. Predictable: never for production. */
export class SeededIds implements IdSource {
  private counter = 0;
  private readonly next: () => string;

  constructor(
    clock: Clock,
    private readonly seed: string,
  ) {
    this.next = uuidV7(
      () => clock.now(),
      (length) => this.bytes(length),
    );
  }

  uuid(): string {
    return this.next();
  }

  bytes(length: number): Uint8Array {
    const blocks: Buffer[] = [];
    for (let size = 0; size < length; size += 32) {
      blocks.push(createHash('sha256').update(`${this.seed}:${this.counter++}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, length);
  }

  fraction(): number {
    return Buffer.from(this.bytes(4)).readUInt32BE(0) / 0x1_0000_0000;
  }
}
