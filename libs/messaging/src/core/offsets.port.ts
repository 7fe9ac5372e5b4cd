import type { Tx } from '@dmitry/storage';

/**
 * How far a group has come, kept with the state that it made of the records: the truth of where to start, whatever the bus remembers.
 * A tenant transaction sees and writes its own tenant's offsets. A worker transaction writes those of topics that many tenants share,
 * and reads the furthest.
 */
export interface Offsets {
  /** The next offset to read, or null when there is none yet. */
  get(tx: Tx, group: string, topic: string, partition: number): Promise<string | null>;
  /** Stores the next offset to read. Never goes back: a consumer that was replaced meanwhile changes nothing. */
  put(tx: Tx, group: string, topic: string, partition: number, offset: string): Promise<void>;
}
export const Offsets = Symbol('Offsets');
