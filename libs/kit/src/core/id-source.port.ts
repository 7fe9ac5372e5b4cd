/** Ids and randomness come in by this port. Implementations are safe to share in a process. */
export interface IdSource {
  /** A UUIDv7 (RFC 9562): ordered by time, increasing within a process. For ledger entries and requests. */
  uuid(): string;
  /** `length` random bytes, fit for salts and nonces (the seeded twin is not: tests and demos only). */
  bytes(length: number): Uint8Array;
  /** A float in [0, 1), for jitter and sampling only. */
  fraction(): number;
}
export const IdSource = Symbol('IdSource');
