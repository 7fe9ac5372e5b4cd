import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../core/index.ts';
import type { RemoteKeySetOptions } from './verifier-options.ts';

/** No usable key set: a fault of the surroundings, not of the token. */
export class KeySetUnavailable extends Error {}

/** The keys behind an address: fetched when first needed, when old, and when a token names a key that is not there (a rotation). */
export function remoteKeySet(options: RemoteKeySetOptions, clock: Clock): JWTVerifyGetKey {
  const source = new KeySource(options, clock);
  return async (header, token) => {
    const known = await source.current();
    try {
      return await known(header, token);
    } catch (error) {
      const fresh = error instanceof errors.JWKSNoMatchingKey ? await source.again() : null;
      if (!fresh) throw error;
      return fresh(header, token);
    }
  };
}

class KeySource {
  private keys: JWTVerifyGetKey | undefined;
  private fetchedMs = 0;
  private triedMs = Number.NEGATIVE_INFINITY;
  private running: Promise<void> | undefined;

  constructor(
    private readonly options: RemoteKeySetOptions,
    private readonly clock: Clock,
  ) {}

  async current(): Promise<JWTVerifyGetKey> {
    if (this.ageMs() > (this.options.maxAgeMs ?? 600_000)) await this.fetch();
    if (!this.keys || this.ageMs() > (this.options.staleMs ?? 3_600_000)) throw new KeySetUnavailable(this.options.url);
    return this.keys;
  }

  /** A newer key set than the one before, or null when it is too soon to ask or the issuer does not answer. */
  async again(): Promise<JWTVerifyGetKey | null> {
    const before = this.keys;
    await this.fetch();
    return this.keys === before ? null : (this.keys ?? null);
  }

  private ageMs(): number {
    return this.keys ? this.clock.monotonicMs() - this.fetchedMs : Number.POSITIVE_INFINITY;
  }

  /** One fetch at a time for all that wait; a failed one leaves what we had. */
  private fetch(): Promise<void> {
    this.running ??= this.load().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async load(): Promise<void> {
    const now = this.clock.monotonicMs();
    if (now - this.triedMs < (this.options.cooldownMs ?? 30_000)) return;
    this.triedMs = now;
    try {
      this.keys = createLocalJWKSet((await this.options.fetchJson(this.options.url)) as JSONWebKeySet);
      this.fetchedMs = now;
    } catch {
      // the caller of current() decides by the age of what is left
    }
  }
}
