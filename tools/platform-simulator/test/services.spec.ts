import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { provesSimulator, startSimulator } from '../src/index.ts';
import { type Harness, startHarness } from './support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ meshExpiryMs: 30_000 });
});
afterEach(() => harness.simulator.close());

describe('mesh registry', () => {
  const registration = {
    service_name: 'dmitry',
    service_type: 'dmitry',
    base_url: 'http://127.0.0.1:1',
    version: '1.2',
    capabilities: [],
    health_endpoint: '/health',
  };
  const beat = () => harness.post('/api/v1/services/heartbeat', { service_name: 'dmitry', status: 'degraded' });

  it('lists who registered, with the last status, until it deregisters', async () => {
    expect((await harness.post('/api/v1/services/register', registration)).body).toMatchObject({
      status: 'registered',
      heartbeat_interval_seconds: 10,
    });
    expect((await beat()).status).toBe(200);
    expect((await harness.get('/api/v1/services')).body.services).toMatchObject([
      { service_name: 'dmitry', status: 'degraded', version: '1.2' },
    ]);
    expect((await harness.post('/api/v1/services/register', registration)).body.status).toBe('renewed');
    expect((await harness.post('/api/v1/services/deregister', { service_name: 'dmitry' })).status).toBe(200);
    expect(harness.simulator.services()).toEqual([]);
    expect((await harness.post('/api/v1/services/deregister', { service_name: 'dmitry' })).status).toBe(404);
  });

  it('forgets who is silent for too long, so that its heartbeat fails and it registers again', async () => {
    await harness.post('/api/v1/services/register', registration);
    await harness.clock.advance(29_000);
    expect((await beat()).status).toBe(200);
    await harness.clock.advance(30_001);
    expect((await beat()).body.code).toBe('not_registered');
    expect((await harness.post('/api/v1/services/register', registration)).body.status).toBe('registered');
  });

  it('refuses a registration without name or address', async () => {
    expect((await harness.post('/api/v1/services/register', { service_name: 'x' })).status).toBe(400);
    expect((await harness.post('/api/v1/services/heartbeat', {})).status).toBe(400);
  });
});

describe('health', () => {
  it.each([
    ['/api/v1/health', 'healthy'],
    ['/health', 'healthy'],
    ['/platform/health', 'healthy'],
    ['/pdri/health', 'healthy'],
    ['/aegis/health', 'healthy'],
    ['/llm/health', 'healthy'],
    ['/health/live', 'alive'],
  ])('%s answers %s to anybody', async (path, status) => {
    const answer = await harness.call('GET', path, { tenant: null });
    expect([answer.status, answer.body.status]).toEqual([200, status]);
  });

  it('tells readiness and what is served', async () => {
    expect((await harness.get('/health/ready')).body.ready).toBe(true);
    expect((await harness.get('/capabilities')).body.capabilities).toContain('scoring');
  });

  it('counts uptime, events and open findings as they are', async () => {
    await harness.clock.advance(5000);
    harness.simulator.ingest('acme', [
      { event_id: '1', event_type: 'SYSTEM_ACCESS', source_system_id: 's', identity_id: 'i', target_entity_id: 't' },
    ]);
    expect((await harness.get('/health')).body).toMatchObject({
      uptime_seconds: 5,
      events_processed: 1,
      findings_open: 0,
    });
  });
});

describe('one service at a time', () => {
  it('serves only its own paths below its prefix', async () => {
    expect((await harness.get('/pdri/analytics/summary')).status).toBe(200);
    expect((await harness.get('/aegis/analytics/summary')).status).toBe(404);
    expect((await harness.get('/platform/api/v1/risk-findings')).status).toBe(200);
  });
});

describe('HTTP', () => {
  it('tells an unknown path from a wrong method, and malformed or large bodies', async () => {
    expect((await harness.get('/nowhere')).status).toBe(404);
    expect((await harness.get('/scoring/%E0%A4%A')).status).toBe(404);
    const wrong = await harness.call('DELETE', '/dashboard/overview');
    expect([wrong.status, wrong.body.error]).toEqual([405, 'use GET for /dashboard/overview']);
    expect((await harness.call('POST', '/ingest/events', { body: '{"half"' })).body.code).toBe('malformed');
    expect((await harness.call('POST', '/ingest/events', { body: 'x'.repeat(9 * 1024 * 1024) })).status).toBe(413);
  });

  it('asks for the API key where one is set', async () => {
    const closed = await startHarness({ apiKey: 'key-EXAMPLE' });
    expect((await closed.get('/analytics/summary')).status).toBe(401);
    const headers = { authorization: 'Bearer key-EXAMPLE' };
    expect((await closed.call('GET', '/analytics/summary', { headers })).status).toBe(200);
    await closed.simulator.close();
  });

  it('cannot listen where somebody does, and says what to do', async () => {
    const clock = new ManualClock();
    const port = Number(new URL(harness.simulator.url).port);
    const second = startSimulator({ clock, ids: new SeededIds(clock, 's'), port });
    await expect(second).rejects.toMatchObject({ code: 'simulator.not_listening' });
  });
});

describe('proof of being the simulator', () => {
  const fetchLike = (url: string) => fetch(url);

  it('is given by the simulator, over the nonce of the caller', async () => {
    expect(await provesSimulator(harness.simulator.url, fetchLike)).toBe(true);
    expect(await provesSimulator(`${harness.simulator.url}/platform/`, fetchLike, 'nonce-1')).toBe(true);
    expect((await harness.call('GET', '/simulator/identity', { tenant: null })).status).toBe(400);
  });

  it('is not given by a replay, another answer, another program or nobody', async () => {
    const answer = async (body: unknown, status = 200) => ({ status, json: async () => body });
    const old = (await harness.get('/simulator/identity?nonce=old')).body;
    expect(await provesSimulator('http://x', () => answer(old), 'new')).toBe(false);
    expect(await provesSimulator('http://x', () => answer({ ...old, simulator: 'other' }), 'old')).toBe(false);
    expect(await provesSimulator('http://x', () => answer({}), 'old')).toBe(false);
    expect(await provesSimulator('http://x', () => answer(old, 404), 'old')).toBe(false);
    expect(await provesSimulator('http://x', () => Promise.reject(new Error('refused')), 'old')).toBe(false);
    expect(await provesSimulator('http://x', () => answer(old), 'old')).toBe(true);
  });
});
