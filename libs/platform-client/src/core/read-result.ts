/**
 * What a read brought. `entry` is the ledger entry of the call's outcome: what a citation names.
 * `stale` and `partial` are never silently complete: whoever decides on them can refuse old or incomplete facts.
 */
export type ReadResult<T> =
  | { readonly kind: 'fresh'; readonly value: T; readonly entry: string }
  /** An earlier answer, because there was no newer one. */
  | { readonly kind: 'stale'; readonly value: T; readonly ageMs: number; readonly entry: string }
  /** True as far as it goes: more exists than was asked for or given. */
  | { readonly kind: 'partial'; readonly value: T; readonly reason: PartialReason; readonly entry: string }
  /** Nothing usable. `code` is `platform.<reason>`, whichever neighbour it was. */
  | { readonly kind: 'unavailable'; readonly code: UnavailableCode; readonly entry: string };

/** `depth_limited`: the caller asked deeper than is allowed. `limit_reached`: there may be more than the limit let through. */
export type PartialReason = 'depth_limited' | 'limit_reached';

export type UnavailableCode =
  | `platform.${'timeout' | 'connect' | 'reset' | 'server_error' | 'malformed' | 'breaker_open' | 'overloaded' | 'deadline' | 'too_large' | 'aborted'}`
  /** An answer in the name, or with the data, of another tenant. It is not looked at. */
  | 'platform.tenant_mismatch'
  /** An answer without the members that we rely on. */
  | 'platform.schema_mismatch'
  | 'platform.not_found'
  | 'platform.unauthorised'
  | 'platform.rate_limited'
  | 'platform.refused';
