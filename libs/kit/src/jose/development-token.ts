import type { TokenClaims } from '@dmitry/contracts';
import { SignJWT } from 'jose';
import { type Clock, DEVELOPMENT_SECRET, DmitryError, type IdSource, type Mode } from '../core/index.ts';

export interface DevelopmentTokenOptions {
  readonly claims: TokenClaims;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly mode: Mode;
  /** @default the development secret */
  readonly secret?: string;
  /** @default 3600 */
  readonly ttlSeconds?: number;
  readonly issuer?: string;
  readonly audience?: string;
}

/**
 * Signs a token for development and tests. In production tokens come from the deployment's issuer.
 * @throws DmitryError `auth.development_only` in production
 */
export async function issueDevelopmentToken(options: DevelopmentTokenOptions): Promise<string> {
  if (options.mode === 'production') {
    throw new DmitryError(
      'auth.development_only',
      'Development tokens are not issued in production: obtain one from the issuer, or set NODE_ENV=development.',
    );
  }
  const issuedSeconds = Math.floor(options.clock.now() / 1000);
  const token = new SignJWT({ tenant_id: options.claims.tenant_id, roles: options.claims.roles })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(options.claims.sub)
    .setJti(options.ids.uuid())
    .setIssuedAt(issuedSeconds)
    .setExpirationTime(issuedSeconds + (options.ttlSeconds ?? 3600));
  if (options.issuer !== undefined) token.setIssuer(options.issuer);
  if (options.audience !== undefined) token.setAudience(options.audience);
  return token.sign(new TextEncoder().encode(options.secret ?? DEVELOPMENT_SECRET));
}
