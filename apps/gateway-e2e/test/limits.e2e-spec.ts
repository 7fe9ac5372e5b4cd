import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Caller, tokenFor } from '@dmitry/harness';
import { describeGateway, OTHER_TENANT, problemIn, TENANT } from './support/gateway.ts';

describeGateway('limits of callers', (suite) => {
  const asking = async (call: Caller, path: string, who: { tenant?: string; subject: string }): Promise<Answer> =>
    call('GET', path, { token: await tokenFor(who.tenant ?? TENANT, ['auditor'], { subject: who.subject }) });

  describe('of thirty calls a minute each, and fifty together', () => {
    let call: Caller;
    beforeAll(async () => {
      const limits = { LIMIT_PRINCIPAL_PER_MINUTE: '30', LIMIT_TENANT_PER_MINUTE: '50' };
      call = suite.traffic.watching((await suite.fleet.startGateway(limits)).call);
    }, 60_000);
    const ask = (who: { tenant?: string; subject: string }) => asking(call, '/v1/findings?limit=1', who);

    it('tell each answer where they stand, and the call that is one too many when to come again', async () => {
      const first = await ask({ subject: 'ada' });
      expect(first.headers.get('ratelimit-policy')).toBe('"tenant";q=50;w=60, "principal";q=30;w=60');
      expect(first.headers.get('ratelimit')).toMatch(/^"tenant";r=49;t=\d+, "principal";r=29;t=\d+$/);
      let last = first;
      for (let calls = 1; calls < 35 && last.status === 200; calls += 1) last = await ask({ subject: 'ada' });
      expect(problemIn(last)).toBe('ratelimit.quota_exceeded');
      expect(last.status).toBe(429);
      const seconds = Number(last.headers.get('retry-after'));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(2); // one of thirty is refilled in two seconds
      expect(last.json.retry_after_seconds).toBe(seconds);
      expect(last.headers.get('ratelimit')).toMatch(/"principal";r=0;t=\d+/);
    });

    it('leave another caller what is left of the tenant’s, and another tenant all of its own', async () => {
      let last = await ask({ subject: 'bob' });
      expect(last.status).toBe(200);
      for (let calls = 1; calls < 30 && last.status === 200; calls += 1) last = await ask({ subject: 'bob' });
      expect(problemIn(last)).toBe('ratelimit.quota_exceeded');
      expect(last.json.detail).toContain('tenant');
      const other = await ask({ tenant: OTHER_TENANT, subject: 'eve' });
      expect([other.status, other.headers.get('ratelimit')]).toEqual([
        200,
        expect.stringContaining('"principal";r=29'),
      ]);
    });

    it('count a question to the analyst as twenty', async () => {
      const token = await tokenFor(OTHER_TENANT, ['analyst'], { subject: 'ivan' });
      const chat = () => call('POST', '/chat', { token, body: { message: 'what happened?' } });
      expect((await chat()).headers.get('ratelimit')).toContain('"principal";r=10');
      expect(problemIn(await chat())).toBe('ratelimit.quota_exceeded');
    });

    it('ask nothing of what is public, nor of the switch that stops everything', async () => {
      const health = await call('GET', '/live');
      expect([health.status, health.headers.get('ratelimit')]).toEqual([200, null]);
      const token = await tokenFor(TENANT, ['operator'], { subject: 'ada' });
      const body = { reason: 'drill' };
      expect((await call('POST', '/v1/halt', { token, body })).status).toBe(200);
      expect((await call('POST', '/v1/halt/resume', { token, body })).status).toBe(200);
    });
  });

  describe('while the store of limits is down', () => {
    it('refuse what would begin something, say so where readiness is asked, and leave the switch working', async () => {
      const { call } = await suite.fleet.startGateway({ REDIS_URL: 'redis://127.0.0.1:1/0' });
      const watched = suite.traffic.watching(call);
      const refused = await asking(watched, '/v1/findings', { subject: 'ada' });
      expect(problemIn(refused)).toBe('ratelimit.store_unavailable');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      const ready = await watched('GET', '/ready');
      expect([ready.status, ready.json.dependencies.ratelimit]).toEqual([503, 'unavailable']);
      const token = await suite.token(['operator']);
      const halted = await watched('POST', '/v1/halt', { token, body: { reason: 'drill' } });
      expect(halted.json).toMatchObject({ halted: true });
      expect((await watched('POST', '/v1/halt/resume', { token, body: { reason: 'over' } })).status).toBe(200);
    }, 60_000);
  });
});
