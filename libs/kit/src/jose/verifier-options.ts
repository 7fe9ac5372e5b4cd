import type { Clock, Mode } from '../core/index.ts';

export interface RemoteKeySetOptions {
  readonly url: string;
  /** Fetches a JSON document; the caller's outbound client. Rejects when there is none. It limits its own time. */
  readonly fetchJson: (url: string) => Promise<unknown>;
  /** How old the key set may be before it is fetched again. @default 600000 */
  readonly maxAgeMs?: number;
  /** How long an old key set still counts while the issuer does not answer; then no token passes. @default 3600000 */
  readonly staleMs?: number;
  /** The least time between two fetches, so that tokens with invented key ids cannot make us a flood. @default 30000 */
  readonly cooldownMs?: number;
}

/** Exactly one of `secret`, `keys` and `jwks` says whose tokens are trusted. */
export interface TokenVerifierOptions {
  readonly clock: Clock;
  /** HS256, 32 bytes or more. */
  readonly secret?: string;
  /** A JSON Web Key Set (RFC 7517 5) of public keys: RS256, ES256, EdDSA. */
  readonly keys?: { readonly keys: readonly object[] };
  /** A key set by address, fetched through the caller's own client. */
  readonly jwks?: RemoteKeySetOptions;
  readonly issuer?: string;
  readonly audience?: string;
  /** How far the issuer's clock may be off. @default 5 */
  readonly toleranceSeconds?: number;
  /** In production the development secret is refused. @default 'production' */
  readonly mode?: Mode;
}
