import { afterAll, describe, expect, it } from '@jest/globals';
import { SCHEMA_NAMES, TOPICS } from '@dmitry/contracts';
import { createTokenVerifier } from '@dmitry/kit/jose';
import { ManualClock } from '@dmitry/kit/memory';
import { openDesk } from '../../test/support/desk.ts';

const desk = openDesk();
afterAll(() => desk.close());

describe('token', () => {
  const secret = 'a-secret-of-more-than-thirty-two-characters';
  const env = { NODE_ENV: 'development', JWT_SECRET: secret, JWT_ISSUER: 'me', JWT_AUDIENCE: 'you' };

  it('is one that a gateway of the same settings takes', async () => {
    const clock = new ManualClock();
    const args = 'token --tenant acme --role analyst --role approver --subject ann';
    const { code, out } = await desk.call(args, { env, clock });
    expect(code).toBe(0);
    const verifier = createTokenVerifier({ clock, secret, issuer: 'me', audience: 'you' });
    expect(await verifier.verify(out.trim())).toMatchObject({
      ok: true,
      principal: { subject: 'ann', tenant: 'acme', roles: ['analyst', 'approver'] },
    });
  });

  it('tells in JSON whose it is and until when', async () => {
    const { out } = await desk.call('token --tenant acme --role service --ttl 60 --json', {
      env: { NODE_ENV: 'test' },
    });
    expect(JSON.parse(out)).toEqual({
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      subject: 'developer',
      tenant: 'acme',
      roles: ['service'],
      expires: '2026-01-01T00:01:00.000Z',
    });
  });

  it.each([[{}], [{ NODE_ENV: 'production' }], [{ NODE_ENV: 'Development' }]])('is refused with %j', async (given) => {
    const { code, out, err } = await desk.call('token --tenant acme --role analyst', { env: given });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('auth.development_only');
  });

  it.each([
    ['token --tenant _operator --role analyst', '--tenant'],
    ['token --tenant acme --role root', '--role root: must be one of analyst'],
    ['token --tenant acme', '--role R is needed'],
  ])('%s cannot be used', async (args, why) => {
    const { code, err } = await desk.call(args, { env });
    expect(code).toBe(2);
    expect(err).toContain(why);
  });
});

describe('documents', () => {
  it.each(SCHEMA_NAMES)('schema %s is JSON Schema, however it is spelled', async (name) => {
    const { code, out } = await desk.call(`schema ${name}`);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: name });
    const kebab = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
    expect((await desk.call(`schema ${kebab}`)).out).toBe(out);
  });

  it('schema of nothing says what there is', async () => {
    const { code, err } = await desk.call('schema Findin');
    expect(code).toBe(2);
    expect(err).toContain('Did you mean Finding? There are Action');
  });

  it('asyncapi has every topic', async () => {
    const { out } = await desk.call('asyncapi');
    const document = JSON.parse(out) as { asyncapi: string; channels: Record<string, { address: string }> };
    expect(document.asyncapi).toBe('3.0.0');
    expect(
      Object.values(document.channels)
        .map(({ address }) => address)
        .sort(),
    ).toEqual(Object.values(TOPICS).sort());
  });

  it('openapi has every route of the gateway, with who may call it', async () => {
    const { code, out } = await desk.call('openapi');
    expect(code).toBe(0);
    const { paths } = JSON.parse(out) as { paths: Record<string, Record<string, any>> };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/advise', '/v1/findings/{id}', '/health']));
    expect(paths['/health']?.['get'].security).toBeUndefined();
    expect(paths['/v1/findings/{id}']?.['get']).toMatchObject({
      security: [{ bearer: [] }],
      'x-roles': expect.arrayContaining(['analyst']),
      parameters: [{ name: 'id', in: 'path', required: true, schema: { pattern: '^[0-9a-f]{64}$' } }],
    });
  });
});
