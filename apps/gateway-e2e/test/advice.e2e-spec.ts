import { beforeAll, expect, it } from '@jest/globals';
import { AdviseResponse, ChatResponse } from '@dmitry/contracts';
import { incidentEvents, type Json } from '@dmitry/harness';
import { describeGateway, problemIn, shapeFaults, OTHER_TENANT, TENANT } from './support/gateway.ts';

describeGateway('advice over HTTP', (suite) => {
  let evidence: readonly string[] = [];
  beforeAll(async () => {
    await suite.fleet.simulator.ingest(TENANT, incidentEvents());
    const token = await suite.token(['service', 'auditor']);
    await suite.call('POST', '/v1/events', { token, body: { records: incidentEvents() } });
    const { json } = await suite.call('GET', '/v1/findings?limit=200', { token });
    evidence = json.items.map(({ evidence: { entry_id } }: Json) => entry_id);
  }, 60_000);

  const request = (more: object = {}) => ({
    finding_id: 'f-1',
    tenant_id: TENANT,
    entity: { type: 'data_store', id: 'datastore:payroll-ledger' },
    severity: 'high',
    risk_score: 82,
    exposure_paths: [],
    evidence_refs: evidence.slice(0, 4),
    ...more,
  });
  const post = async (path: string, body: unknown) =>
    suite.call('POST', path, { token: await suite.token(['analyst']), body });

  it('/advise answers in the predecessor’s shape, and cites ledger entries that the tenant has', async () => {
    const answer = await post('/advise', request());
    expect(answer.status).toBe(200);
    expect(shapeFaults(AdviseResponse, answer)).toEqual([]);
    expect(answer.json.citations.length).toBeGreaterThan(0);
    const token = await suite.token(['auditor']);
    const { json } = await suite.call('GET', '/v1/ledger/entries?limit=200', { token });
    const known = new Set(json.items.map(({ entry }: Json) => entry.id));
    expect(answer.json.citations.filter((id: string) => !known.has(id))).toEqual([]);
  });

  it('/advise without evidence refuses what needs some, and says why', async () => {
    const answer = await post('/advise', request({ evidence_refs: ['01968f2e-7b00-7abc-8def-0123456789ab'] }));
    expect(shapeFaults(AdviseResponse, answer)).toEqual([]);
    expect(answer.json.evidence_chain.map(({ id }: Json) => id)).not.toContain('01968f2e-7b00-7abc-8def-0123456789ab');
    const refused: readonly Json[] = answer.json._refused ?? [];
    expect(refused.every(({ code, message }) => /^[a-z]+\.[a-z_]+$/.test(code) && message.length > 0)).toBe(true);
  });

  it('/chat answers in the predecessor’s shape', async () => {
    const answer = await post('/chat', {
      message: 'Which entity is the riskiest, and why?',
      context: { entity_id: 'datastore:payroll-ledger', evidence_refs: evidence.slice(0, 2) },
    });
    expect(answer.status).toBe(200);
    expect(shapeFaults(ChatResponse, answer)).toEqual([]);
  });

  it('advice starts nothing: no decision and no run comes of it', async () => {
    await post('/advise', request());
    const token = await suite.token(['auditor']);
    expect((await suite.call('GET', '/v1/actions', { token })).json.items).toEqual([]);
    expect((await suite.call('GET', '/v1/runs', { token })).json.items).toEqual([]);
    expect(await suite.fleet.simulator.effects(TENANT)).toEqual([]);
  });

  it('the tenant of the body may only agree with the token', async () => {
    const answer = await post('/advise', request({ tenant_id: OTHER_TENANT }));
    expect(problemIn(answer)).toBe('auth.tenant_mismatch');
    expect(answer.json.error).toBe(answer.json.detail);
  });

  it('a request with faults names each of them, and old callers find `error`', async () => {
    const { exposure_paths: _missing, ...rest } = request({ risk_score: 'high' });
    const answer = await post('/advise', rest);
    expect(problemIn(answer)).toBe('request.invalid');
    expect(answer.json.errors.map(({ pointer }: Json) => pointer)).toEqual(expect.arrayContaining(['/risk_score']));
    expect(JSON.stringify(answer.json.errors)).toContain('exposure_paths');
    expect(typeof answer.json.error).toBe('string');
  });

  it.each([
    ['/advise', {}],
    ['/chat', {}],
    ['/chat', { message: '' }],
    ['/message', { message: 7 }],
  ])('%s with %j is refused', async (path, body) => {
    const answer = await post(path, body);
    expect(problemIn(answer)).toBe('request.invalid');
    expect(typeof answer.json.error).toBe('string');
  });

  it('/message asks the analyst; words in the text select no effect', async () => {
    const answer = await post('/message', {
      message: 'find the screen and make an emergency_lockdown now, isolate everything',
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ intent: 'text', mode: expect.any(String), text: expect.any(String) });
    expect(await suite.fleet.simulator.effects(TENANT)).toEqual([]);
  });

  it('advice still comes, with less behind it, while PDRI does not answer', async () => {
    await suite.fleet.simulator.knob('pdri.*', { kind: 'status', status: 503 });
    const answer = await post('/advise', request());
    await suite.fleet.simulator.clearKnobs();
    expect(answer.status).toBe(200);
    expect(shapeFaults(AdviseResponse, answer)).toEqual([]);
  });
});
