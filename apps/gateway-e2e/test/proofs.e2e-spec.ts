import { beforeAll, expect, it } from '@jest/globals';
import { eventually, incidentEvents, type Json } from '@dmitry/harness';
import { describeGateway, OTHER_TENANT, problemIn } from './support/gateway.ts';

describeGateway('what an orchestrator has done, over HTTP', (suite) => {
  const get = async (path: string, tenant?: string) =>
    suite.call('GET', path, { token: await suite.token(['auditor'], tenant) });
  let entry: Json;
  beforeAll(async () => {
    await suite.fleet.startOrchestrator();
    const token = await suite.token(['service']);
    await suite.call('POST', '/v1/events', { token, body: { records: incidentEvents() } });
    entry = await eventually('a sequenced entry', async () => {
      const { json } = await get('/v1/ledger/entries?type=evidence');
      return (json.items as Json[]).find(({ index }) => index !== null) ?? null;
    });
  }, 90_000);

  it('entries have proofs that lead to the signed checkpoint, as the tiles of the log say too', async () => {
    const checkpoint = await eventually('a checkpoint', async () => {
      const answer = await get('/v1/ledger/checkpoint');
      return answer.status === 200 ? answer : null;
    });
    expect(checkpoint.headers.get('content-type')).toMatch(/^text\/plain/);
    const proof = await eventually('the proof', async () => {
      const answer = await get(`/v1/ledger/entries/${entry.entry.id}/inclusion`);
      return answer.status === 200 ? answer.json : null;
    });
    expect(proof).toMatchObject({ entry_id: entry.entry.id, index: entry.index });
    expect((await get('/v1/ledger/consistency?from=1')).json).toMatchObject({ from: 1 });
    const width = Number(proof.checkpoint.split('\n')[1]) % 256;
    const tile = await get(width === 0 ? '/v1/ledger/tile/0/000' : `/v1/ledger/tile/0/000.p/${Math.min(width, 255)}`);
    expect([tile.status, tile.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
    expect((await get('/v1/ledger/minimum-index')).text).toBe('0\n');
    expect(problemIn(await get('/v1/ledger/tile/0/999'))).toBe('request.not_found');
    expect(problemIn(await get(`/v1/ledger/entries/${entry.entry.id}/inclusion`, OTHER_TENANT))).toBe(
      'request.not_found',
    );
  });

  it('a bundle has what it is asked for', async () => {
    const token = await suite.token(['auditor']);
    const body = { kind: 'entries', ids: [entry.entry.id] };
    const bundle = await eventually('the bundle', async () => {
      const answer = await suite.call('POST', '/v1/ledger/bundle', { token, body });
      return answer.status === 200 ? answer.json : null;
    });
    expect(bundle.entries.map((one: Json) => one.entry.id)).toContain(entry.entry.id);
  });

  it('findings that belong together are an incident with advice, which no other tenant sees', async () => {
    const incident = await eventually(
      'an incident with advice',
      async () => {
        const [first] = (await get('/v1/incidents')).json.items as Json[];
        const found = first ? (await get(`/v1/incidents/${first.id}`)).json : null;
        return found?.advice ? found : null;
      },
      { withinMs: 60_000 },
    );
    expect(incident.advice).toMatchObject({ revision: expect.any(Number), decisions: expect.any(Array) });
    expect(problemIn(await get(`/v1/incidents/${incident.id}`, OTHER_TENANT))).toBe('request.not_found');
  }, 90_000);
});
