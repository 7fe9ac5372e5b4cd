import { OPERATOR_TENANT, parseWith, type Principal, TokenClaims } from '@dmitry/contracts';
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { DEVELOPMENT_SECRET, DmitryError } from '../core/index.ts';
import { KeySetUnavailable, remoteKeySet } from './remote-key-set.ts';
import type { TokenVerifierOptions } from './verifier-options.ts';

/** What a token turned out to be. `detail` is fit for the token's bearer and holds no part of the token. */
export type Verified =
  | { readonly ok: true; readonly principal: Principal; readonly expiresAtMs: number }
  | { readonly ok: false; readonly code: TokenFault; readonly detail: string };

export type TokenFault = 'auth.token_invalid' | 'auth.token_expired' | 'auth.keys_unavailable';

export interface TokenVerifier {
  /** Never throws for what a token holds. Tenant and roles come from the verified claims and from nowhere else. */
  verify(token: string): Promise<Verified>;
}

/** Larger ones are refused before any cryptography. */
const MAX_TOKEN_CHARACTERS = 8192;
const SECRET_BYTES = 32; // RFC 7518 3.2: a key of the same size as the hash output, or larger
/** Per kind of key and never from the token's header: `none` and a public key taken for an HMAC secret cannot pass (RFC 8725 3.1). */
const SYMMETRIC = ['HS256'];
const ASYMMETRIC = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

/** @throws DmitryError `config.invalid` when the options trust nobody, two at once, a short secret, or in production the development secret */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const key = keyOf(options);
  const checks: JWTVerifyOptions = {
    algorithms: options.secret === undefined ? ASYMMETRIC : SYMMETRIC,
    requiredClaims: ['exp'],
    clockTolerance: options.toleranceSeconds ?? 5,
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
  };
  return {
    async verify(token) {
      if (token.length > MAX_TOKEN_CHARACTERS) return invalid('The token is too long.');
      try {
        const currentDate = new Date(options.clock.now());
        const { payload } = await jwtVerify(token, key, { ...checks, currentDate });
        return principalOf(payload);
      } catch (error) {
        return faultOf(error);
      }
    },
  };
}

function keyOf({ secret, keys, jwks, clock, mode = 'production' }: TokenVerifierOptions): JWTVerifyGetKey {
  const given = [secret, keys, jwks].filter((source) => source !== undefined);
  if (given.length !== 1) throw unsafe('needs exactly one of secret, keys and jwks');
  if (keys !== undefined) return createLocalJWKSet(keys as JSONWebKeySet);
  if (jwks !== undefined) return remoteKeySet(jwks, clock);
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < SECRET_BYTES) throw unsafe(`needs a secret of ${SECRET_BYTES} bytes or more`);
  if (mode === 'production' && secret === DEVELOPMENT_SECRET)
    throw unsafe('got the development secret, which everyone knows, in production');
  return async () => bytes;
}

const unsafe = (fault: string): DmitryError =>
  new DmitryError(
    'config.invalid',
    `The token verifier ${fault}. Set JWKS_URL, or JWT_SECRET to a secret of your own.`,
  );

const invalid = (detail: string): Verified => ({ ok: false, code: 'auth.token_invalid', detail });

function principalOf(payload: JWTPayload): Verified {
  if (payload['tenant_id'] === OPERATOR_TENANT) return invalid(`No token can name the tenant ${OPERATOR_TENANT}.`);
  const claims = parseWith(TokenClaims, payload);
  if (!claims.ok) {
    const names = claims.faults.map(({ pointer, message }) => `${pointer || 'claims'} ${message}`).join('; ');
    return invalid(`The token's claims are not valid: ${names}.`);
  }
  const { sub, tenant_id, roles } = claims.value;
  const principal = Object.freeze({ subject: sub, tenant: tenant_id, roles: Object.freeze([...new Set(roles)]) });
  return { ok: true, principal, expiresAtMs: (payload.exp ?? 0) * 1000 };
}

function faultOf(error: unknown): Verified {
  if (error instanceof KeySetUnavailable) {
    return {
      ok: false,
      code: 'auth.keys_unavailable',
      detail: 'The issuer’s keys cannot be had at the moment; try again.',
    };
  }
  if (error instanceof errors.JWTExpired)
    return { ok: false, code: 'auth.token_expired', detail: 'The token has expired.' };
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalid(`The token's claim '${error.claim}' is not what this deployment accepts.`);
  return invalid('The token was not signed by an issuer that this deployment trusts.');
}
