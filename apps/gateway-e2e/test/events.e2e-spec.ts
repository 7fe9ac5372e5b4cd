import { expect, it } from '@jest/globals';
import { securityEvent } from '@dmitry/harness';
import { describeGateway, problemIn, OTHER_TENANT } from './support/gateway.ts';

describeGateway('events over HTTP', (suite) => {
  const submit = async (records: readonly unknown[], tenant?: string) =>
    suite.call('POST', '/v1/events', { token: await suite.token(['service'], tenant), body: { records } });
  const get = async (path: string, tenant?: string) =>
    suite.call('GET', path, { token: await suite.token(['auditor'], tenant) });

  it('are accepted once; what comes again is known, and another content under the same id is a conflict', async () => {
    const first = await submit([securityEvent('a-1'), securityEvent('a-2')]);
    expect(first.status).toBe(202);
    expect(first.json).toMatchObject({ accepted: 2, duplicates: 0, conflicts: 0, refused: 0 });
    const again = await submit([
      securityEvent('a-1'),
      securityEvent('a-2', { target_entity_id: 'service:other' }),
      securityEvent('a-3'),
    ]);
    expect(again.json).toMatchObject({ accepted: 1, duplicates: 1, conflicts: 1, refused: 0 });
    expect(again.json.results.map(({ status }: { status: string }) => status)).toEqual([
      'duplicate',
      'conflict',
      'accepted',
    ]);
  });

  it('that cannot be read are refused record by record, and the others are taken', async () => {
    const { status, json } = await submit([
      securityEvent('b-1'),
      { nonsense: true },
      securityEvent('b-2', { event_type: 7 }),
    ]);
    expect(status).toBe(202);
    expect(json).toMatchObject({ accepted: 1, refused: 2 });
    expect(json.results[1].faults[0].code).toMatch(/^normalise\./);
  });

  it('of another tenant cannot come in, and an event of another tenant is never found', async () => {
    await submit([securityEvent('c-1')]);
    const foreign = await submit([securityEvent('c-2', { tenant_id: OTHER_TENANT })]);
    expect(foreign.json).toMatchObject({ accepted: 0, refused: 1 });
    expect((await get('/v1/events/idp-gateway/c-1')).json).toMatchObject({ source: 'idp-gateway', id: 'c-1' });
    expect(problemIn(await get('/v1/events/idp-gateway/c-1', OTHER_TENANT))).toBe('request.not_found');
    expect(problemIn(await get('/v1/events/idp-gateway/nobody'))).toBe('request.not_found');
    expect((await get('/v1/events', OTHER_TENANT)).json.items).toEqual([]);
  });

  it('are listed in pages that neither repeat nor leave out one', async () => {
    await submit(Array.from({ length: 7 }, (_, at) => securityEvent(`page-${at}`)));
    const seen: string[] = [];
    let path = '/v1/events?limit=3';
    for (let pages = 0; pages < 20; pages += 1) {
      const { items, next } = (await get(path)).json as { items: readonly { id: string }[]; next?: string };
      seen.push(...items.map(({ id }) => id));
      if (next === undefined) break;
      path = `/v1/events?limit=3&after=${next}`;
    }
    expect(seen.filter((id) => id.startsWith('page-')).sort()).toEqual([0, 1, 2, 3, 4, 5, 6].map((at) => `page-${at}`));
    expect(new Set(seen).size).toBe(seen.length);
    expect(problemIn(await get('/v1/events?after=somewhere'))).toBe('request.invalid');
  });

  it('a body that is not what the route reads is refused with every fault and where it is', async () => {
    const token = await suite.token(['service']);
    const answer = await suite.call('POST', '/v1/events', { token, body: { format: 7, records: [], extra: true } });
    expect(problemIn(answer)).toBe('request.invalid');
    expect(answer.json.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(
      expect.arrayContaining(['/format', '/records']),
    );
    expect(JSON.stringify(answer.json.errors)).toContain('extra');
  });

  it('a body that is not JSON, too large, or of another type is refused before anything reads it', async () => {
    const token = await suite.token(['service']);
    const send = (body: string, headers = {}) => suite.call('POST', '/v1/events', { token, body, headers });
    expect(problemIn(await send('{"records": ['))).toBe('request.malformed');
    expect(problemIn(await send('{"records": [], "__proto__": {"x": 1}}'))).toBe('request.malformed');
    expect(problemIn(await send(JSON.stringify({ records: ['x'.repeat(1_100_000)] })))).toBe('request.too_large');
    expect(problemIn(await send('records=1', { 'content-type': 'text/plain' }))).toBe('request.unsupported_media_type');
    expect(problemIn(await send('a=b', { 'content-type': 'application/x-www-form-urlencoded' }))).toBe(
      'request.unsupported_media_type',
    );
  });

  it('a method that is not served says which are', async () => {
    const answer = await suite.call('DELETE', '/v1/events', { token: await suite.token(['service']) });
    expect(problemIn(answer)).toBe('request.method_not_allowed');
    expect(answer.headers.get('allow')).toContain('POST');
  });

  it('a query that asks for what there is not is refused with its member', async () => {
    const answer = await get('/v1/events?limit=100000');
    expect(problemIn(answer)).toBe('request.invalid');
    expect(answer.json.errors).toMatchObject([{ pointer: '/limit' }]);
  });
});
