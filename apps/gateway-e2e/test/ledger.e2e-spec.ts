import { beforeAll, expect, it } from '@jest/globals';
import { LedgerEntry, parseWith, TrustFile } from '@dmitry/contracts';
import { incidentEvents, type Json } from '@dmitry/harness';
import { describeGateway, problemIn, OTHER_TENANT } from './support/gateway.ts';

describeGateway('the ledger over HTTP, while no orchestrator signs', (suite) => {
  let entries: readonly Json[] = [];
  const get = async (path: string, tenant?: string) =>
    suite.call('GET', path, { token: await suite.token(['auditor'], tenant) });
  beforeAll(async () => {
    const token = await suite.token(['service']);
    await suite.call('POST', '/v1/events', { token, body: { records: incidentEvents() } });
    entries = (await get('/v1/ledger/entries?limit=200')).json.items;
  }, 60_000);

  it('shows entries that name no tenant, person or entity', async () => {
    expect(entries.length).toBeGreaterThan(5);
    expect(entries.filter(({ entry }) => !parseWith(LedgerEntry, entry).ok)).toEqual([]);
    expect(JSON.stringify(entries.map(({ entry }) => entry))).not.toMatch(/acme|datastore:|identity:/);
  });

  it('lists by type and finding, and refuses a type that there is not', async () => {
    const { json } = await get('/v1/ledger/entries?type=evidence&limit=200');
    expect(new Set(json.items.map(({ entry }: Json) => entry.type))).toEqual(new Set(['evidence']));
    expect(problemIn(await get('/v1/ledger/entries?type=rumour'))).toBe('request.invalid');
  });

  it('entries of another tenant are neither listed nor proved', async () => {
    expect((await get('/v1/ledger/entries', OTHER_TENANT)).json.items).toEqual([]);
    expect(problemIn(await get(`/v1/ledger/entries/${entries[0].entry.id}/inclusion`, OTHER_TENANT))).toBe(
      'request.not_found',
    );
  });

  it('says that a proof is pending rather than giving none', async () => {
    expect(problemIn(await get('/v1/ledger/checkpoint'))).toBe('ledger.proof_pending');
    expect(problemIn(await get(`/v1/ledger/entries/${entries[0].entry.id}/inclusion`))).toBe('ledger.proof_pending');
    expect(problemIn(await get('/v1/ledger/consistency?from=0'))).toBe('ledger.proof_pending');
    const bundle = await suite.call('POST', '/v1/ledger/bundle', {
      token: await suite.token(['auditor']),
      body: { kind: 'all' },
    });
    expect(problemIn(bundle)).toBe('ledger.proof_pending');
  });

  it('an entry that there is not has no proof', async () => {
    expect(problemIn(await get('/v1/ledger/entries/01968f2e-7b00-7abc-8def-0123456789ab/inclusion'))).toBe(
      'request.not_found',
    );
    expect(problemIn(await get('/v1/ledger/entries/1/inclusion'))).toBe('request.invalid');
  });

  it('a selection that is none is refused', async () => {
    const token = await suite.token(['auditor']);
    const answer = await suite.call('POST', '/v1/ledger/bundle', { token, body: { kind: 'everything', more: 1 } });
    expect(problemIn(answer)).toBe('request.invalid');
    expect(problemIn(await get('/v1/ledger/consistency'))).toBe('request.invalid');
  });

  it('gives each tenant the key of its own log', async () => {
    const own = (await get('/v1/ledger/trust')).json;
    const other = (await get('/v1/ledger/trust', OTHER_TENANT)).json;
    expect(parseWith(TrustFile, own)).toMatchObject({ ok: true });
    expect(own.policy).not.toBe(other.policy);
  });
});
