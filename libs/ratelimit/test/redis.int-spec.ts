import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { describeWithService } from '@dmitry/kit/testing';
import { gaugeOf, judge } from '../src/core/index.ts';
import { CONSUME_SCRIPT } from '../src/redis/consume-script.ts';
import { openRedisRateLimitStore, openRedisTokenBudgets } from '../src/redis/index.ts';
import { describeRateLimitStoreContract, describeTokenBudgetsContract } from '../src/testing/index.ts';

/** What the script was asked and what it said. */
interface Decision {
  readonly gauges: readonly number[];
  readonly cost: number;
  readonly reply: readonly number[];
}

const GAUGES = [
  { name: 'a', limit: 40, windowMs: 100, burst: 8 },
  { name: 'b', limit: 60, windowMs: 200, burst: 20 },
  { name: 'c', limit: 1_000, windowMs: 1_000, burst: 60 },
];

describeWithService('redis', 'rate limits in Redis', (url) => {
  describeRateLimitStoreContract('redis', async () => ({
    open: () => openRedisRateLimitStore({ url, timeoutMs: 5_000 }),
  }));

  describeTokenBudgetsContract('redis', async () => ({
    budgets: await openRedisTokenBudgets({ url, timeoutMs: 5_000 }),
  }));

  it('decides as the pure oracle does, whichever connection asks, over thousands of decisions', async () => {
    const clients = Array.from({ length: 4 }, () => new Redis(url));
    const prefix = `oracle:{${process.pid}-${Date.now()}}`;
    let requests = 0;
    const decide = async (client: Redis, step: number): Promise<Decision> => {
      const gauges = GAUGES.map((_gauge, at) => at).filter((at) => (step >> at) % 2 === 0 || at === step % 3);
      const cost = 1 + (step % 3);
      const numbers = gauges.flatMap((at) => {
        const { unitUs, burst } = gaugeOf({ policy: GAUGES[at] ?? GAUGES[0]!, key: 'k' });
        return [unitUs, burst, cost];
      });
      const keys = [`${prefix}:r${(requests += 1)}`, ...gauges.map((at) => `${prefix}:g${at}`)];
      const reply = (await client.eval(CONSUME_SCRIPT, keys.length, ...keys, 1_000, ...numbers)) as number[];
      return { gauges, cost, reply };
    };
    const work = clients.map(async (client, at) => {
      const mine: Decision[] = [];
      for (let step = 0; step < 800; step++) mine.push(await decide(client, step * 7 + at));
      return mine;
    });
    const decisions = (await Promise.all(work)).flat();
    await Promise.all(clients.map((client) => client.quit()));
    expect(mismatches(decisions)).toEqual([]);
    expect(decisions.some(({ reply }) => reply[0] === 0)).toBe(true);
    expect(decisions.some(({ reply }) => reply[0] === 1)).toBe(true);
  });

  it('gives back in Redis what a lease no longer holds, and forgets budgets that nobody uses', async () => {
    const budgets = await openRedisTokenBudgets({ url, timeoutMs: 5_000 });
    const redis = new Redis(url);
    const tenant = `lease-${process.pid}-${Date.now()}`;
    const policy = { name: 'tokens', limit: 10, periodMs: 366 * 86_400_000 };
    const use = (useId: string) => ({ tenant, policy, key: 'a', useId });
    const before = new Set(await redis.keys('ratelimit:*'));
    await budgets.reserve(use('ended'), 10, 0); // a lease that is over at once
    expect(await budgets.reserve(use('next'), 10, 60_000)).toMatchObject({ kind: 'reserved', remaining: 0 });
    for (const key of (await redis.keys('ratelimit:*')).filter((each) => !before.has(each) && each.includes(':b:'))) {
      expect(await redis.pttl(key)).toBeGreaterThan(60_000);
    }
    await Promise.all([budgets.close(), redis.quit()]);
  });

  it('shares one limit among all who ask', async () => {
    const stores = await Promise.all(
      Array.from({ length: 3 }, () => openRedisRateLimitStore({ url, timeoutMs: 5_000 })),
    );
    const policy = { name: 'user', limit: 10, windowMs: 3_600_000 };
    const tenant = `shared-${process.pid}-${Date.now()}`;
    const asked = stores.flatMap((store, at) =>
      Array.from({ length: 20 }, (_each, call) =>
        store.consume({ tenant, requestId: `${at}-${call}`, charges: [{ policy, key: 'a' }] }),
      ),
    );
    const allowed = (await Promise.all(asked)).filter(({ kind }) => kind === 'allowed');
    expect(allowed).toHaveLength(10);
    await Promise.all(stores.map((store) => store.close()));
  });
});

describe('rate limits without Redis', () => {
  it('are closed: nothing is admitted and nothing is thrown', async () => {
    const store = await openRedisRateLimitStore({ url: 'redis://127.0.0.1:1', timeoutMs: 100 });
    const charges = [{ policy: { name: 'user', limit: 10, windowMs: 1_000 }, key: 'a' }];
    expect(await store.consume({ tenant: 'acme', requestId: 'r', charges })).toEqual({
      kind: 'unavailable',
      code: 'ratelimit.store_unavailable',
    });
    expect(await store.ping()).toBe(false);
    await store.close();
    const budgets = await openRedisTokenBudgets({ url: 'redis://127.0.0.1:1', timeoutMs: 100 });
    const use = { tenant: 'acme', policy: { name: 'tokens', limit: 1, periodMs: 1_000 }, key: 'a', useId: 'u' };
    expect([await budgets.reserve(use, 1, 1_000), await budgets.settle(use, 1)]).toMatchObject([
      { kind: 'unavailable' },
      { kind: 'unavailable' },
    ]);
    await budgets.close();
  });
});

/** Replays decisions in the server's order through `judge`; lists those that differ. */
function mismatches(decisions: readonly Decision[]): readonly unknown[] {
  const nowOf = ({ reply }: Decision): number => (reply[1] ?? 0) * 1e6 + (reply[2] ?? 0);
  const arrivals = GAUGES.map(() => 0);
  const wrong: unknown[] = [];
  for (const decision of [...decisions].sort((a, b) => nowOf(a) - nowOf(b))) {
    const nowUs = nowOf(decision);
    const gauges = decision.gauges.map((at) =>
      gaugeOf({ policy: GAUGES[at] ?? GAUGES[0]!, key: 'k', cost: decision.cost }),
    );
    const expected = judge(
      gauges,
      decision.gauges.map((at) => arrivals[at] ?? 0),
      nowUs,
    );
    const said = [expected.allowed ? 1 : 0, ...expected.readings.flatMap(({ aheadUs, waitUs }) => [aheadUs, waitUs])];
    const heard = [decision.reply[0], ...decision.reply.slice(3)];
    if (JSON.stringify(said) !== JSON.stringify(heard)) wrong.push({ said, heard });
    if (expected.allowed)
      decision.gauges.forEach((at, index) => (arrivals[at] = nowUs + (expected.readings[index]?.aheadUs ?? 0)));
  }
  return wrong;
}
