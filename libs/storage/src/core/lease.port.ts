/** A lease that was won. `fence` grows with every change of holder; writes are conditional on it. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly fence: number;
  readonly expiresMs: number;
}

/** Leases with fencing tokens, in the database by its own clock. */
export interface Leases {
  /** Takes the lease when free, expired or already ours (which keeps the fence); null when somebody else holds it. */
  acquire(name: string, holder: string, ttlMs: number): Promise<Lease | null>;
  release(lease: Lease): Promise<void>;
}
export const Leases = Symbol('Leases');
