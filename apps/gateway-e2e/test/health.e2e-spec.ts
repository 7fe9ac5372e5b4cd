import { expect, it } from '@jest/globals';
import { ServiceHealth, ServiceLiveness, ServiceReadiness } from '@dmitry/contracts';
import { eventually } from '@dmitry/harness';
import { describeGateway, problemIn, shapeFaults } from './support/gateway.ts';
import { type Exposition, parseExposition } from './support/prometheus.ts';

describeGateway('health and metrics', (suite) => {
  it('probes answer in their shapes, without a token', async () => {
    expect(shapeFaults(ServiceLiveness, await suite.call('GET', '/live'))).toEqual([]);
    const ready = await suite.call('GET', '/ready');
    expect(shapeFaults(ServiceReadiness, ready)).toEqual([]);
    expect({ status: ready.status, ready: ready.json.ready }).toEqual({ status: 200, ready: true });
    const health = await suite.call('GET', '/health');
    expect(shapeFaults(ServiceHealth, health)).toEqual([]);
    expect(health.json).toMatchObject({ service: 'dmitry', status: 'healthy' });
  });

  it('a neighbour’s trouble degrades and takes no replica out of service', async () => {
    await suite.fleet.simulator.knob('*', { kind: 'status', status: 503 });
    const health = await eventually('the trouble in /health', async () => {
      const { json } = await suite.call('GET', '/health');
      return json.status === 'degraded' ? json : null;
    });
    expect(health.checks).toMatchObject({ database: true, platform: false });
    expect((await suite.call('GET', '/ready')).status).toBe(200);
    await suite.fleet.simulator.clearKnobs();
    await eventually('health', async () =>
      (await suite.call('GET', '/health')).json.status === 'healthy' ? true : null,
    );
  }, 60_000);

  it('without PostgreSQL it is not ready and answers so, and comes back by itself', async () => {
    const token = await suite.token(['auditor']);
    await suite.fleet.database.allowConnections(false);
    const down = await eventually('503 of /ready', async () => {
      const answer = await suite.call('GET', '/ready');
      return answer.status === 503 ? answer : null;
    });
    expect(shapeFaults(ServiceReadiness, down)).toEqual([]);
    expect(down.json).toMatchObject({ ready: false, dependencies: { database: 'unavailable', event_bus: 'healthy' } });
    expect((await suite.call('GET', '/live')).status).toBe(200);
    expect(problemIn(await suite.call('GET', '/v1/findings', { token }))).toBe('storage.unavailable');
    await suite.fleet.database.allowConnections(true);
    await eventually('200 of /ready', async () => ((await suite.call('GET', '/ready')).status === 200 ? true : null));
    expect((await suite.call('GET', '/v1/findings', { token })).status).toBe(200);
  }, 60_000);

  it('metrics are what Prometheus reads, count what was asked, and name no tenant', async () => {
    const scrape = async (): Promise<Exposition> => {
      const answer = await suite.call('GET', '/metrics');
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(answer.text).not.toContain('acme');
      return parseExposition(answer.text);
    };
    const before = await scrape();
    const token = await suite.token(['auditor']);
    for (let at = 0; at < 3; at += 1) await suite.call('GET', '/v1/findings', { token });
    await suite.call('GET', '/v1/findings');
    const after = await scrape();
    const moved = [...after.values].filter(([name, value]) => value > (before.values.get(name) ?? 0));
    const requests = moved.filter(([name]) => name.includes('/v1/findings') && /_(count|total)\{/.test(name));
    expect(requests.reduce((sum, [name, value]) => sum + value - (before.values.get(name) ?? 0), 0)).toBe(4);
    expect(new Set(after.types.values()).has('histogram')).toBe(true);
  });
});
