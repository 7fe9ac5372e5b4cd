import { type Clock, DmitryError, type IdSource, type Logger, type Mode } from '@dmitry/kit';
import type { authConfig, Config } from '@dmitry/kit/config';
import { createTokenVerifier, type TokenVerifier } from '@dmitry/kit/jose';
import { createHttpClient } from '@dmitry/outbound/http';

type AuthValues = Config<[typeof authConfig]>['auth'];

interface Surroundings {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** Whose tokens the gateway trusts, as the settings say. */
export function verifierOf(auth: AuthValues, around: Surroundings, mode: Mode): TokenVerifier {
  const checks = {
    clock: around.clock,
    mode,
    ...(auth.JWT_ISSUER === undefined ? {} : { issuer: auth.JWT_ISSUER }),
    ...(auth.JWT_AUDIENCE === undefined ? {} : { audience: auth.JWT_AUDIENCE }),
  };
  if (auth.JWKS_URL === undefined) return createTokenVerifier({ ...checks, secret: auth.JWT_SECRET?.reveal() ?? '' });
  return createTokenVerifier({ ...checks, jwks: { url: auth.JWKS_URL, fetchJson: keyFetcher(auth.JWKS_URL, around) } });
}

/** Key sets concern no tenant: an operation, not an entry (promise P1). */
function keyFetcher(jwksUrl: string, around: Surroundings): (url: string) => Promise<unknown> {
  const client = createHttpClient({ service: 'issuer', baseUrl: new URL(jwksUrl).origin, ...around });
  return async (url) => {
    const { pathname, search } = new URL(url);
    const result = await client.operate({
      method: 'GET',
      path: `${pathname}${search}`,
      operation: 'keys.get',
      kind: 'read',
    });
    if (result.kind === 'ok') return result.body;
    throw new DmitryError('auth.keys_unavailable', 'The issuer does not answer with its key set.', { retryable: true });
  };
}
