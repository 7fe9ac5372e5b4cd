import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Consumed, RateCharge, RateLimitStore, RatePolicy } from '../core/index.ts';

export interface RateLimitSubject {
  /** Of the same limits; the suite opens several where they are shared. */
  readonly open: () => Promise<RateLimitStore>;
  /** Moves the store's time; absent where the time is a server's. */
  readonly advance?: (ms: number) => Promise<void>;
}

const HOUR = 3_600_000;
const policy = (name: string, limit: number, changes: Partial<RatePolicy> = {}): RatePolicy => ({
  name,
  limit,
  windowMs: HOUR,
  ...changes,
});
let requests = 0;

/** What every store promises. Windows are hours long, so that the time a run takes changes nothing. */
export function describeRateLimitStoreContract(name: string, subject: () => Promise<RateLimitSubject>): void {
  describe(`rate limit store contract: ${name}`, () => {
    let given: RateLimitSubject;
    let store: RateLimitStore;
    let tenant: string;

    beforeEach(async () => {
      given = await subject();
      store = await given.open();
      tenant = `tenant-${process.pid}-${(requests += 1)}-${Date.now()}`;
    });
    afterEach(() => store.close());

    const ask = (charges: readonly RateCharge[], requestId = `r-${(requests += 1)}`): Promise<Consumed> =>
      store.consume({ tenant, requestId, charges });
    const remaining = (consumed: Consumed): readonly number[] =>
      consumed.kind === 'unavailable' ? [] : consumed.states.map((state) => state.remaining);

    it('admits exactly the limit, then says when to come again', async () => {
      const three = [{ policy: policy('user', 3), key: 'alice' }];
      const answers = [await ask(three), await ask(three), await ask(three), await ask(three)];
      expect(answers.map(({ kind }) => kind)).toEqual(['allowed', 'allowed', 'allowed', 'limited']);
      expect(answers.map(remaining)).toEqual([[2], [1], [0], [0]]);
      const retryAfterMs = (answers[3] as Extract<Consumed, { kind: 'limited' }>).retryAfterMs ?? 0;
      expect(retryAfterMs).toBeGreaterThan(HOUR / 3 - 60_000);
      expect(retryAfterMs).toBeLessThanOrEqual(HOUR / 3 + 1);
    });

    it('charges nobody when one policy denies', async () => {
      const both = [
        { policy: policy('burst', 5), key: 'a' },
        { policy: policy('daily', 100), key: 'a' },
      ];
      for (let call = 0; call < 50; call++) await ask(both);
      const daily = await ask([{ policy: policy('daily', 100), key: 'a' }]);
      expect(remaining(daily)).toEqual([94]);
    });

    it('charges costs exactly and still admits a small one after a large one was denied', async () => {
      const ten = (cost: number) => [{ policy: policy('tokens', 10), key: 'a', cost }];
      const kinds = [];
      for (const cost of [7, 7, 3, 1]) kinds.push((await ask(ten(cost))).kind);
      expect(kinds).toEqual(['allowed', 'limited', 'allowed', 'limited']);
    });

    it('never admits what exceeds the burst, and admits nothing at a limit of 0', async () => {
      const large = await ask([{ policy: policy('tokens', 10, { burst: 4 }), key: 'a', cost: 5 }]);
      expect(large).toMatchObject({ kind: 'limited', retryAfterMs: null });
      expect(await ask([{ policy: policy('off', 0), key: 'a' }])).toMatchObject({
        kind: 'limited',
        retryAfterMs: null,
      });
    });

    it('charges a repeated request id once, and not the id of another tenant', async () => {
      const one = [{ policy: policy('user', 2), key: 'a' }];
      expect(remaining(await ask(one, 'same'))).toEqual([1]);
      expect(await ask(one, 'same')).toMatchObject({ kind: 'allowed', states: [{ remaining: 1 }] });
      expect(remaining(await ask(one))).toEqual([0]);
      expect(await ask(one, 'same')).toMatchObject({ kind: 'allowed' });
      expect(await ask(one)).toMatchObject({ kind: 'limited' });
      const other = await store.consume({ tenant: `${tenant}-other`, requestId: 'same', charges: one });
      expect(remaining(other)).toEqual([1]);
    });

    it('judges a request id that was denied again', async () => {
      const one = [{ policy: policy('user', 1), key: 'a' }];
      await ask(one);
      expect(await ask(one, 'denied')).toMatchObject({ kind: 'limited' });
      expect(await ask([{ policy: policy('user', 1), key: 'b' }], 'denied')).toMatchObject({ kind: 'allowed' });
    });

    it('keeps tenants, policies and keys apart', async () => {
      const one = (limited: string, key: string) => [{ policy: policy(limited, 1), key }];
      for (const [limited, key] of [
        ['user', 'a'],
        ['user', 'b'],
        ['endpoint', 'a'],
      ] as const) {
        expect(await ask(one(limited, key))).toMatchObject({ kind: 'allowed' });
      }
      const other = await store.consume({ tenant: `${tenant}-other`, requestId: 'r', charges: one('user', 'a') });
      expect(other).toMatchObject({ kind: 'allowed' });
      expect(await ask(one('user', 'a'))).toMatchObject({ kind: 'limited' });
    });

    it('admits exactly the limit of a flood that comes at once', async () => {
      const flood = Array.from({ length: 200 }, () => ask([{ policy: policy('user', 17), key: 'a' }]));
      const kinds = (await Promise.all(flood)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'allowed')).toHaveLength(17);
    });

    it('refills evenly, and admits after the time that it named', async () => {
      if (!given.advance) return expect(await store.ping()).toBe(true); // a server's time cannot be moved
      const minute = [{ policy: policy('user', 6, { windowMs: 60_000, burst: 2 }), key: 'a' }];
      await ask(minute);
      await ask(minute);
      const denied = await ask(minute);
      expect(denied).toMatchObject({ kind: 'limited', retryAfterMs: 10_000 });
      await given.advance(9_999);
      expect(await ask(minute)).toMatchObject({ kind: 'limited', retryAfterMs: 1 });
      await given.advance(1);
      expect(await ask(minute)).toMatchObject({ kind: 'allowed' });
      await given.advance(3_600_000);
      expect(remaining(await ask(minute))).toEqual([1]);
    });

    it.each([
      ['no charge', []],
      ['a cost of 0', [{ policy: policy('user', 1), key: 'a', cost: 0 }]],
      ['a fraction', [{ policy: policy('user', 1.5), key: 'a' }]],
      ['a window of 0', [{ policy: policy('user', 1, { windowMs: 0 }), key: 'a' }]],
      ['a name with a line break', [{ policy: policy('us\ner', 1), key: 'a' }]],
      [
        'the same gauge twice',
        [
          { policy: policy('user', 1), key: 'a' },
          { policy: policy('user', 1), key: 'a' },
        ],
      ],
    ] as const)('refuses %s', async (_what, charges) => {
      await expect(ask(charges)).rejects.toMatchObject({ code: 'ratelimit.request_invalid' });
    });

    it('answers a ping', async () => {
      expect(await store.ping()).toBe(true);
    });
  });
}
