import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@dmitry/kit/memory';
import { describeRateLimitStoreContract } from '../testing/index.ts';
import { createMemoryRateLimitStore } from './index.ts';

describeRateLimitStoreContract('memory', async () => {
  const clock = new ManualClock();
  return { open: async () => createMemoryRateLimitStore(clock), advance: (ms) => clock.advance(ms) };
});

describe('memory rate limit store', () => {
  it('forgets what no longer matters, and nothing else', async () => {
    const clock = new ManualClock();
    const store = createMemoryRateLimitStore(clock);
    const policy = { name: 'user', limit: 10, windowMs: 1_000 };
    const day = { name: 'daily', limit: 1, windowMs: 86_400_000 };
    const consume = (id: number, charged = policy) =>
      store.consume({ tenant: 'acme', requestId: `r${id}`, charges: [{ policy: charged, key: `k${id}` }] });
    await consume(-1, day);
    for (let id = 0; id < 6_000; id++) await consume(id);
    await clock.advance(120_000);
    for (let id = 6_000; id < 12_000; id++) await consume(id);
    expect(
      await store.consume({ tenant: 'acme', requestId: 'new', charges: [{ policy: day, key: 'k-1' }] }),
    ).toMatchObject({ kind: 'limited' });
    await store.close();
  });

  it('stands still when the clock goes back', async () => {
    let now = 1_000_000;
    const clock = Object.assign(new ManualClock(), { now: () => now });
    const store = createMemoryRateLimitStore(clock);
    const charges = [{ policy: { name: 'user', limit: 1, windowMs: 1_000 }, key: 'a' }];
    await store.consume({ tenant: 'acme', requestId: '1', charges });
    now -= 500_000;
    expect(await store.consume({ tenant: 'acme', requestId: '2', charges })).toMatchObject({
      kind: 'limited',
      retryAfterMs: 1_000,
    });
  });
});
