import { describe, expect, it } from '@jest/globals';
import { DEVELOPMENT_SECRET } from '@dmitry/kit';
import { eventually } from '@dmitry/harness';
import { beginRequest } from './support/connection.ts';
import { describeGateway } from './support/gateway.ts';

const DEMANDED = [
  'DATABASE_URL',
  'DMITRY_MASTER_KEY',
  'KAFKA_BROKERS',
  'REDIS_URL',
  'DMITRY_DEPLOYMENT',
  'DMITRY_PSEUDONYM_KEY',
  'DMITRY_SIGNER_SEED',
  'PLATFORM_URL',
  'PDRI_URL',
  'AEGIS_URL',
  'LLM_BASE_URL',
];

describeGateway('the process', (suite) => {
  /** The message with which a start is refused. */
  const refusal = async (env: Readonly<Record<string, string | undefined>>): Promise<string> => {
    const started = suite.fleet.startGateway(env);
    const error = await started.then(
      () => new Error('it started'),
      (reason: unknown) => reason as Error,
    );
    expect(error.message).toMatch(/ended with 1 before it was ready/);
    return error.message;
  };

  it('refuses to start in production with the secret that everyone knows', async () => {
    const message = await refusal({ NODE_ENV: 'production', JWT_SECRET: DEVELOPMENT_SECRET });
    expect(message).toContain('JWT_SECRET is the development secret');
  });

  it('refuses to start without what it needs, and names everything that is missing in one message', async () => {
    const message = await refusal(Object.fromEntries([...DEMANDED, 'JWT_SECRET'].map((name) => [name, undefined])));
    const line = message.split('\n').find((each) => each.includes('is not set;')) ?? '';
    for (const name of DEMANDED) expect(line).toContain(`${name} is not set`);
  });

  it.each(DEMANDED)('refuses to start in production without %s', async (name) => {
    const message = await refusal({ NODE_ENV: 'production', [name]: undefined });
    expect(message).toContain(`${name} is not set`);
  });

  it('does not print secrets when it refuses', async () => {
    const message = await refusal({ DMITRY_MASTER_KEY: 'hush-hush', PLATFORM_URL: 'nowhere' });
    expect(message).toContain('PLATFORM_URL');
    expect(message).toContain('DMITRY_MASTER_KEY');
    expect(message).not.toContain('hush-hush');
  });

  describe('told to stop', () => {
    it('answers what is in flight, refuses what comes after it on open connections, and ends with 0 in time', async () => {
      await suite.fleet.simulator.llm({ mode: 'advice', delayMs: 2_500 });
      const llm = { LLM_BASE_URL: `${suite.fleet.simulator.url}/llm/v1`, LLM_MODEL: 'simulated' };
      const gateway = await suite.fleet.startGateway({ ...llm, DRAIN_MS: '15000' });
      const open = await beginRequest(gateway.url, '/live');
      const token = await suite.token(['analyst']);
      const inFlight = gateway.call('POST', '/chat', { token, body: { message: 'what happened?' } });
      await eventually('the call to the model', async () => {
        const auditor = await suite.token(['auditor']);
        const { json } = await suite.call('GET', '/v1/ledger/entries?type=intent', { token: auditor });
        return json.items.length > 0 ? true : null;
      });
      const startedMs = performance.now();
      const stopping = gateway.process.stop(20_000);
      await eventually('the drain', () => gateway.process.lines.find((line) => line.includes('"draining"')));
      const late = await open.complete();
      expect(late).toMatch(/^HTTP\/1\.1 503 /);
      expect(late).toContain('service.draining');
      expect((await inFlight).status).toBe(200);
      expect(await stopping).toEqual({ code: 0, signal: null });
      expect(performance.now() - startedMs).toBeLessThan(15_000);
      await expect(gateway.call('GET', '/live')).rejects.toThrow();
    }, 60_000);
  });
});
