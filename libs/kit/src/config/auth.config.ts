import { Type } from 'typebox';
import { DEVELOPMENT_SECRET, type Mode, type Secret } from '../core/index.ts';
import { type ConfigFault, defineConfig } from './define-config.ts';

/** Which tokens a deployment trusts: those of an issuer with published keys, or those signed with one shared secret. */
export const authConfig = defineConfig({
  name: 'auth',
  schema: Type.Object({
    JWKS_URL: Type.Optional(Type.String({ pattern: '^https?://' })),
    JWT_SECRET: Type.Optional(Type.String({ minLength: 32 })),
    JWT_ISSUER: Type.Optional(Type.String()),
    JWT_AUDIENCE: Type.Optional(Type.String()),
  }),
  sensitive: ['JWT_SECRET'],
  docs: {
    JWKS_URL: 'Address of the issuer’s key set (RS256, ES256, EdDSA). When set, JWT_SECRET is not used.',
    JWT_SECRET: 'Shared secret of HS256 tokens.',
    JWT_ISSUER: 'What `iss` must be.',
    JWT_AUDIENCE: 'What `aud` must contain.',
  },
  development: { JWT_SECRET: DEVELOPMENT_SECRET },
  rules: authFaults,
});

function authFaults(values: { JWKS_URL?: string; JWT_SECRET?: Secret | undefined }, mode: Mode): ConfigFault[] {
  if (values.JWKS_URL === undefined && values.JWT_SECRET === undefined) {
    return [{ variable: 'JWKS_URL', message: 'is not set, and JWT_SECRET neither: no token could be verified' }];
  }
  if (mode === 'production' && values.JWT_SECRET?.reveal() === DEVELOPMENT_SECRET) {
    return [{ variable: 'JWT_SECRET', message: 'is the development secret, which everyone knows' }];
  }
  return [];
}
