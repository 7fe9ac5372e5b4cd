import { describe, expect, it } from '@jest/globals';
import { callerOf, type Json, tokenFor } from '@dmitry/harness';
import { describeGateway, problemIn, OTHER_TENANT, TENANT } from './support/gateway.ts';

const OPEN = ['/health', '/live', '/metrics', '/openapi.json', '/ready', '/version'];
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describeGateway('who may call the gateway', (suite) => {
  /** What the router itself says it serves. */
  const routes = async (): Promise<readonly { method: string; path: string }[]> => {
    const { json } = await suite.call('GET', '/openapi.json');
    return Object.entries(json.paths as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{.+?\}/g, 'x'),
      })),
    );
  };

  it('every route of the router demands a token, but for probes, metrics and what describes the service', async () => {
    const served = await routes();
    expect(served.length).toBeGreaterThan(30);
    expect(
      served
        .filter(({ path }) => OPEN.includes(path))
        .map(({ path }) => path)
        .sort(),
    ).toEqual(OPEN);
    for (const { method, path } of served.filter((route) => !OPEN.includes(route.path))) {
      const answer = await suite.call(method, path);
      expect({ method, path, status: answer.status }).toEqual({ method, path, status: 401 });
      expect(problemIn(answer)).toBe('auth.token_missing');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('every route that is not for all roles refuses a caller who has none of its own', async () => {
    const { json } = await suite.call('GET', '/openapi.json');
    const onlyFor = (operation: Json): readonly string[] => operation['x-roles'] ?? [];
    const restricted = Object.entries(json.paths as Record<string, Record<string, Json>>).flatMap(
      ([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => ({ method, path, roles: onlyFor(operation) })),
    );
    const roles = ['analyst', 'approver', 'operator', 'auditor', 'service'] as const;
    const tokens = new Map<string, string>();
    for (const role of roles) tokens.set(role, await suite.token([role]));
    let refused = 0;
    for (const { method, path, roles: own } of restricted.filter(({ roles: some }) => some.length > 0)) {
      for (const role of roles.filter((one) => !own.includes(one))) {
        const answer = await suite.call(method.toUpperCase(), path.replaceAll(/\{.+?\}/g, 'x'), {
          token: tokens.get(role) ?? '',
        });
        expect({ method, path, role, status: answer.status }).toEqual({ method, path, role, status: 403 });
        expect(problemIn(answer)).toBe('auth.forbidden');
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(30);
  });

  describe('a token that does not count', () => {
    const claims = {
      sub: 'mallory',
      tenant_id: TENANT,
      roles: ['operator'],
      exp: Math.floor(Date.now() / 1000) + 3_600,
    };
    const cases: readonly (readonly [string, () => Promise<string>, string])[] = [
      ['is expired', () => tokenFor(TENANT, ['auditor'], { ttlSeconds: -60 }), 'auth.token_expired'],
      [
        'was signed by somebody else',
        () => tokenFor(TENANT, ['auditor'], { secret: 's'.repeat(40) }),
        'auth.token_invalid',
      ],
      [
        'says that it needs no signature',
        async () => `${base64({ alg: 'none' })}.${base64(claims)}.`,
        'auth.token_invalid',
      ],
      ['is no token', async () => 'not-a-token', 'auth.token_invalid'],
      ['names the tenant that is nobody’s', () => tokenFor('_operator', ['operator']), 'auth.token_invalid'],
    ];
    it.each(cases)('it %s', async (_what, make, code) => {
      const answer = await suite.call('GET', '/v1/findings', { token: await make() });
      expect(problemIn(answer)).toBe(code);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    });

    it('its claims were changed after it was signed', async () => {
      const [head, , signature] = (await suite.token(['auditor'])).split('.');
      const answer = await suite.call('GET', '/v1/findings', { token: `${head}.${base64(claims)}.${signature}` });
      expect(problemIn(answer)).toBe('auth.token_invalid');
    });
  });

  it('a tenant named beside the token may only agree with it', async () => {
    const token = await suite.token(['analyst']);
    const as = (tenant: string) => suite.call('GET', '/v1/findings', { token, headers: { 'x-tenant-id': tenant } });
    expect(problemIn(await as(OTHER_TENANT))).toBe('auth.tenant_mismatch');
    expect((await as(TENANT)).status).toBe(200);
  });

  it('a browser page of another origin gets no permission', async () => {
    const answer = await suite.call('GET', '/version', { headers: { origin: 'https://elsewhere.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('an address that is not served is told so, with or without a token', async () => {
    expect(problemIn(await callerOf(suite.gateway.url)('GET', '/v1/nothing'))).toBe('request.not_found');
    expect(problemIn(await suite.call('GET', '/v1/nothing', { token: await suite.token(['auditor']) }))).toBe(
      'request.not_found',
    );
  });
});
