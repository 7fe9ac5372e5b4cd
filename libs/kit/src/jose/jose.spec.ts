import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { OPERATOR_TENANT } from '@dmitry/contracts';
import { DEVELOPMENT_SECRET } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { SignJWT } from 'jose';
import { createTokenVerifier, issueDevelopmentToken, type TokenVerifierOptions } from './index.ts';

const clock = new ManualClock();
const ids = new SeededIds(clock, 'jose');
const SECRET = 'a secret of thirty-two characters or more';
const claims = { sub: 'ada', tenant_id: 'acme', roles: ['analyst' as const] };

const issue = (options: Partial<Parameters<typeof issueDevelopmentToken>[0]> = {}) =>
  issueDevelopmentToken({ claims, clock, ids, mode: 'test', secret: SECRET, ...options });
const verifier = (options: Partial<TokenVerifierOptions> = {}) =>
  createTokenVerifier({ clock, secret: SECRET, ...options });

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (): number => Math.floor(clock.now() / 1000);

interface KeyPair {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly jwk: object;
  readonly pem: string;
}
function keyPair(kid: string, alg: 'RS256' | 'ES256' | 'EdDSA'): KeyPair {
  const { privateKey, publicKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : alg === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' };
  return { kid, alg, privateKey, jwk, pem: publicKey.export({ format: 'pem', type: 'spki' }) };
}
const sign = ({ kid, alg, privateKey }: KeyPair, payload: object = claims) =>
  new SignJWT({ ...payload, exp: seconds() + 60 }).setProtectedHeader({ alg, kid }).sign(privateKey);

const rsa = keyPair('rsa', 'RS256');
const ec = keyPair('ec', 'ES256');
const ed = keyPair('ed', 'EdDSA');

describe('a token of a shared secret', () => {
  it('names its principal, from verified claims and nowhere else', async () => {
    await expect(verifier().verify(await issue())).resolves.toEqual({
      ok: true,
      principal: { subject: 'ada', tenant: 'acme', roles: ['analyst'] },
      expiresAtMs: (seconds() + 3600) * 1000,
    });
  });

  it('expires by the clock of the port', async () => {
    const token = await issue({ ttlSeconds: 60 });
    const check = verifier();
    await clock.advance(64_000);
    await expect(check.verify(token)).resolves.toMatchObject({ ok: true });
    await clock.advance(2_000);
    await expect(check.verify(token)).resolves.toMatchObject({ ok: false, code: 'auth.token_expired' });
  });

  it('must have an end', async () => {
    const endless = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET));
    await expect(verifier().verify(endless)).resolves.toMatchObject({
      code: 'auth.token_invalid',
      detail: expect.stringContaining('exp'),
    });
  });

  it('of another secret is foreign', async () => {
    const foreign = await issue({ secret: 'another secret of thirty-two characters' });
    await expect(verifier().verify(foreign)).resolves.toMatchObject({ ok: false, code: 'auth.token_invalid' });
  });

  it.each(['', 'x', 'a.b.c', '..', 'eyJ', `${'a'.repeat(9000)}.b.c`])(
    'that is malformed is a value and no fault: %.20s',
    async (token) => {
      await expect(verifier().verify(token)).resolves.toMatchObject({ ok: false, code: 'auth.token_invalid' });
    },
  );

  it('cannot be changed by its bearer', async () => {
    const [head, , signature] = (await issue()).split('.');
    const forged = `${head}.${encode({ ...claims, tenant_id: 'globex', exp: seconds() + 60 })}.${signature}`;
    await expect(verifier().verify(forged)).resolves.toMatchObject({ code: 'auth.token_invalid' });
  });

  it.each(['none', 'None', 'NONE', 'nOnE'])('cannot do without a signature by saying alg %s', async (alg) => {
    const body = encode({ ...claims, exp: seconds() + 60 });
    for (const signature of ['', 'x']) {
      const token = `${encode({ alg })}.${body}.${signature}`;
      await expect(verifier().verify(token)).resolves.toMatchObject({ code: 'auth.token_invalid' });
    }
  });

  it('is checked for issuer and audience where they are configured', async () => {
    const check = verifier({ issuer: 'https://issuer.example', audience: 'dmitry' });
    const right = await issue({ issuer: 'https://issuer.example', audience: 'dmitry' });
    await expect(check.verify(right)).resolves.toMatchObject({ ok: true });
    for (const wrong of [
      {},
      { issuer: 'https://other.example', audience: 'dmitry' },
      { issuer: 'https://issuer.example', audience: 'x' },
    ]) {
      await expect(check.verify(await issue(wrong))).resolves.toMatchObject({ code: 'auth.token_invalid' });
    }
  });

  it.each([
    ['no tenant', { sub: 'ada', roles: ['analyst'] }],
    ['no roles', { sub: 'ada', tenant_id: 'acme', roles: [] }],
    ['a role nobody knows', { sub: 'ada', tenant_id: 'acme', roles: ['root'] }],
    ['a tenant that is a path', { sub: 'ada', tenant_id: '../acme', roles: ['analyst'] }],
    ['no subject', { tenant_id: 'acme', roles: ['analyst'] }],
    ['the log of all tenants', { sub: 'ada', tenant_id: OPERATOR_TENANT, roles: ['operator'] }],
  ])('with %s names nobody', async (_what, payload) => {
    const token = await new SignJWT({ ...payload, exp: seconds() + 60 })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(SECRET));
    await expect(verifier().verify(token)).resolves.toMatchObject({ ok: false, code: 'auth.token_invalid' });
  });
});

describe('a token of an issuer with keys', () => {
  const trusted = createTokenVerifier({ clock, keys: { keys: [rsa.jwk, ec.jwk, ed.jwk] } });

  it.each([
    ['RS256', rsa],
    ['ES256', ec],
    ['EdDSA', ed],
  ] as const)('is verified under %s', async (_alg, pair) => {
    await expect(trusted.verify(await sign(pair))).resolves.toMatchObject({ ok: true });
  });

  it('cannot take the public key for a shared secret', async () => {
    // the classic confusion of RFC 8725 2.1: HS256 keyed with the PEM or the modulus that everyone can read
    const input = `${encode({ alg: 'HS256', kid: 'rsa' })}.${encode({ ...claims, exp: seconds() + 60 })}`;
    for (const key of [rsa.pem, JSON.stringify(rsa.jwk)]) {
      const token = `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
      await expect(trusted.verify(token)).resolves.toMatchObject({ code: 'auth.token_invalid' });
    }
  });

  it('of a key that is not in the set is foreign', async () => {
    await expect(trusted.verify(await sign(keyPair('other', 'ES256')))).resolves.toMatchObject({
      code: 'auth.token_invalid',
    });
    await expect(trusted.verify(await sign(keyPair('ec', 'ES256')))).resolves.toMatchObject({
      code: 'auth.token_invalid',
    });
  });
});

describe('a key set by address', () => {
  function remote(first: KeyPair[]) {
    const own = new ManualClock(clock.now());
    const issuer = { keys: first, fetches: 0, down: false };
    const fetchJson = async (url: string): Promise<unknown> => {
      issuer.fetches += 1;
      expect(url).toBe('https://issuer.example/jwks');
      if (issuer.down) throw new Error('no route');
      return { keys: issuer.keys.map(({ jwk }) => jwk) };
    };
    const check = createTokenVerifier({ clock: own, jwks: { url: 'https://issuer.example/jwks', fetchJson } });
    const code = async (pair: KeyPair) => {
      const token = await new SignJWT({ ...claims, exp: Math.floor(own.now() / 1000) + 60 })
        .setProtectedHeader({ alg: pair.alg, kid: pair.kid })
        .sign(pair.privateKey);
      const verified = await check.verify(token);
      return verified.ok ? 'ok' : verified.code;
    };
    return { issuer, own, code };
  }

  it('is fetched once for all that wait, and kept', async () => {
    const { issuer, code } = remote([ec]);
    expect(await Promise.all([code(ec), code(ec), code(ec)])).toEqual(['ok', 'ok', 'ok']);
    expect(await code(ec)).toBe('ok');
    expect(issuer.fetches).toBe(1);
  });

  it('is fetched again for a new key, but not more often than the cool-down: invented key ids cannot make us a flood', async () => {
    const { issuer, own, code } = remote([ec]);
    expect(await code(ec)).toBe('ok');
    issuer.keys = [ec, rsa];
    expect(await code(rsa)).toBe('auth.token_invalid');
    await own.advance(30_000);
    expect(await code(rsa)).toBe('ok');
    for (let n = 0; n < 5; n += 1) expect(await code({ ...ed, kid: `invented-${n}` })).toBe('auth.token_invalid');
    expect(issuer.fetches).toBe(2);
  });

  it('stops counting a withdrawn key once the set is old', async () => {
    const { issuer, own, code } = remote([ec, rsa]);
    expect(await code(rsa)).toBe('ok');
    issuer.keys = [ec];
    await own.advance(600_001);
    expect(await code(rsa)).toBe('auth.token_invalid');
  });

  it('outlives an outage of the issuer for an hour and then lets no token pass', async () => {
    const { issuer, own, code } = remote([ec]);
    expect(await code(ec)).toBe('ok');
    issuer.down = true;
    await own.advance(3_000_000);
    expect(await code(ec)).toBe('ok');
    await own.advance(700_000);
    expect(await code(ec)).toBe('auth.keys_unavailable');
    issuer.down = false;
    await own.advance(30_000);
    expect(await code(ec)).toBe('ok');
  });

  it('that cannot be had, or is none, lets no token pass', async () => {
    const { issuer, own, code } = remote([ec]);
    issuer.down = true;
    expect(await code(ec)).toBe('auth.keys_unavailable');
    issuer.down = false;
    issuer.keys = null as never;
    await own.advance(30_000);
    expect(await code(ec)).toBe('auth.keys_unavailable');
  });
});

describe('what is refused at start', () => {
  it.each<[string, Partial<TokenVerifierOptions>]>([
    ['trusting nobody', {}],
    ['trusting two at once', { secret: SECRET, keys: { keys: [] } }],
    ['a short secret', { secret: 'hunter2' }],
    ['the development secret in production', { secret: DEVELOPMENT_SECRET, mode: 'production' }],
    ['the development secret where nothing is said', { secret: DEVELOPMENT_SECRET }],
  ])('is %s', (_what, options) => {
    expect(() => createTokenVerifier({ clock, ...options })).toThrow(
      expect.objectContaining({ code: 'config.invalid' }),
    );
  });

  it('is a development token in production', async () => {
    await expect(issue({ mode: 'production' })).rejects.toMatchObject({ code: 'auth.development_only' });
  });

  it('is nothing in development: its own tokens pass', async () => {
    const development = createTokenVerifier({ clock, secret: DEVELOPMENT_SECRET, mode: 'development' });
    const token = await issueDevelopmentToken({ claims, clock, ids, mode: 'development' });
    await expect(development.verify(token)).resolves.toMatchObject({ ok: true });
  });
});
