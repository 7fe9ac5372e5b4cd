import { describe, expect, it } from '@jest/globals';
import { DEVELOPMENT_SECRET } from '@dmitry/kit';
import { gatewayFromEnvironment } from './from-environment.ts';

const env = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://dmitry:hush@db/dmitry',
  DMITRY_MASTER_KEY: '1'.repeat(64),
  KAFKA_BROKERS: 'kafka-1:9092',
  REDIS_URL: 'redis://:hush@redis:6379',
  DMITRY_DEPLOYMENT: 'dmitry.example.com',
  DMITRY_PSEUDONYM_KEY: '2'.repeat(64),
  DMITRY_SIGNER_SEED: '3'.repeat(64),
  PLATFORM_URL: 'http://platform',
  PDRI_URL: 'http://pdri',
  AEGIS_URL: 'http://aegis',
  LLM_BASE_URL: 'offline',
};
const secret = { JWT_SECRET: 'not-for-anything-real-but-long-enough' };

describe('the gateway from the environment', () => {
  it('registers in the mesh only where it knows under which address it is reached', () => {
    expect(gatewayFromEnvironment({ ...env, ...secret }).parts.registration).toBeUndefined();
    const { parts } = gatewayFromEnvironment({ ...env, ...secret, PUBLIC_URL: 'https://dmitry.example.com' });
    expect(parts.registration).toMatchObject({ base_url: 'https://dmitry.example.com', health_endpoint: '/health' });
  });

  it('trusts an issuer’s published keys where one is named', () => {
    const issuer = { JWKS_URL: 'https://issuer.example.com/keys', JWT_ISSUER: 'issuer', JWT_AUDIENCE: 'dmitry' };
    expect(gatewayFromEnvironment({ ...env, ...issuer }).parts.kit.verifier).toHaveProperty('verify');
  });

  it('refuses to start in production when nobody, or everybody, could sign tokens', () => {
    expect(() => gatewayFromEnvironment(env)).toThrow(/JWKS_URL is not set, and JWT_SECRET neither/);
    expect(() => gatewayFromEnvironment({ ...env, JWT_SECRET: DEVELOPMENT_SECRET })).toThrow(/development secret/);
  });

  it('names all that is missing at once', () => {
    const missing = (): unknown => gatewayFromEnvironment({ NODE_ENV: 'production' });
    for (const name of Object.keys(env).filter((one) => one !== 'NODE_ENV'))
      expect(missing).toThrow(`${name} is not set`);
  });
});
