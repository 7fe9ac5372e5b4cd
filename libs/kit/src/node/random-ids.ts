import { randomBytes } from 'node:crypto';
import { type Clock, type IdSource, uuidV7 } from '../core/index.ts';

/** Ids from the operating system's random source. */
export class RandomIds implements IdSource {
  private readonly next = uuidV7(
    () => this.clock.now(),
    (length) => this.bytes(length),
  );

  constructor(private readonly clock: Clock) {}

  uuid(): string {
    return this.next();
  }

  bytes(length: number): Uint8Array {
    return randomBytes(length);
  }

  fraction(): number {
    return randomBytes(4).readUInt32BE(0) / 0x1_0000_0000;
  }
}
