import { describe, expect, it } from '@jest/globals';
import {
  consumedOf,
  planOf,
  quotaExceeded,
  rateLimitHeaders,
  type RatePolicy,
  storeUnavailable,
  violatedPolicies,
} from './index.ts';

const burst: RatePolicy = { name: 'burst', limit: 100, windowMs: 60_000 };
const daily: RatePolicy = { name: 'daily', limit: 1_000, windowMs: 86_400_000 };
const charges = [
  { policy: burst, key: 'a' },
  { policy: daily, key: 'a' },
];

describe('headers', () => {
  it('are those of the draft: quota and window, remaining and reset', () => {
    const consumed = consumedOf(charges, {
      allowed: true,
      readings: [
        { aheadUs: 30_000_000, waitUs: 0 },
        { aheadUs: 86_400_000, waitUs: 0 },
      ],
    });
    expect(rateLimitHeaders(consumed)).toEqual({
      'RateLimit-Policy': '"burst";q=100;w=60, "daily";q=1000;w=86400',
      RateLimit: '"burst";r=50;t=30, "daily";r=999;t=87',
    });
  });

  it('say when to come again, rounded up so that it is true', () => {
    const consumed = consumedOf(charges, {
      allowed: false,
      readings: [
        { aheadUs: 60_000_000, waitUs: 600_001 },
        { aheadUs: 0, waitUs: 0 },
      ],
    });
    expect(consumed).toMatchObject({ kind: 'limited', retryAfterMs: 601 });
    expect(rateLimitHeaders(consumed)).toMatchObject({
      RateLimit: '"burst";r=0;t=1, "daily";r=1000;t=0',
      'Retry-After': '1',
    });
  });

  it('do not promise what will never be', () => {
    const consumed = consumedOf([{ policy: burst, key: 'a', cost: 101 }], {
      allowed: false,
      readings: [{ aheadUs: 0, waitUs: -1 }],
    });
    expect(consumed).toMatchObject({ kind: 'limited', retryAfterMs: null });
    expect(rateLimitHeaders(consumed)).not.toHaveProperty('Retry-After');
    expect(rateLimitHeaders({ kind: 'unavailable', code: 'ratelimit.store_unavailable' })).toEqual({});
  });

  it('escape a name as structured fields demand', () => {
    const policy = { ...burst, name: 'a"b\\c' };
    const headers = rateLimitHeaders(consumedOf([{ policy, key: 'a' }], { allowed: true, readings: [] }));
    expect(headers['RateLimit']).toBe('"a\\"b\\\\c";r=100;t=0');
  });
});

describe('keys', () => {
  it("show neither tenant nor holder nor request, and share the tenant's hash tag", () => {
    const plan = planOf({ tenant: 'acme', requestId: 'req-1', charges: [{ policy: burst, key: 'alice@example.org' }] });
    const keys = [plan.requestKey, ...plan.gaugeKeys];
    expect(keys.join()).not.toMatch(/acme|alice|req-1|burst/);
    expect(new Set(keys.map((key) => /\{(.+)\}/.exec(key)?.[1])).size).toBe(1);
  });

  it.each([
    ['an empty request id', { requestId: '' }],
    ['too many charges', { charges: Array.from({ length: 33 }, (_each, at) => ({ policy: burst, key: `${at}` })) }],
    ['more than a unit in a microsecond', { charges: [{ policy: { ...burst, limit: 60_000_001 }, key: 'a' }] }],
    ['a burst that spans decades', { charges: [{ policy: { ...daily, limit: 1, burst: 100_000 }, key: 'a' }] }],
  ])('are not made for %s', (_what, changes) => {
    expect(() => planOf({ tenant: 'acme', requestId: 'r', charges, ...changes })).toThrow(
      expect.objectContaining({ code: 'ratelimit.request_invalid' }),
    );
  });
});

describe('faults at the edge', () => {
  it('name the policies that were violated and when to come again', () => {
    const states = [
      { policy: burst, allowed: false, remaining: 0, resetMs: 1, retryAfterMs: 1_500 },
      { policy: daily, allowed: true, remaining: 5, resetMs: 1, retryAfterMs: 0 },
    ];
    expect(violatedPolicies(states)).toEqual(['burst']);
    expect(quotaExceeded(['burst'], 1_500)).toMatchObject({
      code: 'ratelimit.quota_exceeded',
      retryable: true,
      context: { violated_policies: ['burst'], retryAfterMs: 1_500 },
    });
    expect(quotaExceeded(['burst'], null)).toMatchObject({
      retryable: false,
      context: { violated_policies: ['burst'] },
    });
    expect(storeUnavailable()).toMatchObject({ code: 'ratelimit.store_unavailable', retryable: true });
  });
});
