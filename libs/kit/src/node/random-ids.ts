import { randomBytes } from 'node:crypto';
import { type Clock, type IdSource, uuidV7 } from '../core/index.ts';

/** Bytes drawn from the system at once: a call costs more than the few bytes that ids, salts and nonces take. */
const DRAWN_BYTES = 4_096;
/** From here on a call of its own is no waste. */
const MANY_BYTES = 512;

/** Ids from the operating system's random source. */
export class RandomIds implements IdSource {
  private drawn = Buffer.alloc(0);
  private used = 0;
  private readonly next = uuidV7(
    () => this.clock.now(),
    (length) => this.bytes(length),
  );

  constructor(private readonly clock: Clock) {}

  uuid(): string {
    return this.next();
  }

  bytes(length: number): Uint8Array {
    if (length > MANY_BYTES) return randomBytes(length);
    if (this.used + length > this.drawn.length) {
      this.drawn = randomBytes(DRAWN_BYTES);
      this.used = 0;
    }
    const fresh = this.drawn.subarray(this.used, this.used + length);
    this.used += length;
    const bytes = Buffer.from(fresh);
    fresh.fill(0); // what is given out as a key is nowhere else
    return bytes;
  }

  fraction(): number {
    return Buffer.from(this.bytes(4)).readUInt32BE(0) / 0x1_0000_0000;
  }
}
