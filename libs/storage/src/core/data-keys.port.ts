import type { Tx } from './database.port.ts';

/** A 256-bit key under which data of one tenant, or of one subject of it, is sealed. */
export interface DataKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/**
 * Data keys by envelope encryption: rows hold keys wrapped under a master key from outside the database. Erasing a key makes
 * everything sealed under it unreadable, wherever it was copied (ledger, cache and messaging all erase through this port).
 */
export interface DataKeys {
  /** The current key of the tenant, or of `subject` within it; made on first use in the caller's transaction. */
  current(tx: Tx, subject?: string): Promise<DataKey>;
  /** The key of that id, or null when it was erased or never was. */
  byId(tx: Tx, id: string): Promise<DataKey | null>;
  /** Destroys every key of the subject (of the tenant itself without one). Returns how many. */
  erase(tx: Tx, subject?: string): Promise<number>;
}
export const DataKeys = Symbol('DataKeys');

/** AES-256-GCM: 12-byte nonce ‖ ciphertext ‖ 16-byte tag. `aad` binds the place the bytes belong to. */
export interface Sealer {
  seal(key: DataKey, plain: Uint8Array, aad: string): Uint8Array;
  /** @throws DmitryError `storage.unsealable` when the key or place is not the one it was sealed under */
  open(key: DataKey, sealed: Uint8Array, aad: string): Uint8Array;
}
export const Sealer = Symbol('Sealer');
