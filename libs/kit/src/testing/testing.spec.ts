import { describe, expect, it } from '@jest/globals';
import { seed, service } from './index.ts';

describe('service', () => {
  it('gives the address that the environment names', () => {
    expect(service('postgres', { DATABASE_URL: 'postgres://x' })).toBe('postgres://x');
    expect(service('redis', { REDIS_URL: 'redis://x' })).toBe('redis://x');
    expect(service('kafka', { KAFKA_BROKERS: 'x:1' })).toBe('x:1');
  });

  it('is null without one, so that the suite is skipped by name', () => {
    expect(service('postgres', {})).toBeNull();
  });

  it('fails where services are demanded: a skip would hide that nothing was checked', () => {
    expect(() => service('kafka', { DMITRY_REQUIRE_SERVICES: '1' })).toThrow('KAFKA_BROKERS');
  });
});

describe('seed', () => {
  it('is the same for the whole run, or the one that is given', () => {
    expect(seed({})).toBe(seed({}));
    expect(seed({ DMITRY_SEED: '42' })).toBe(42);
    expect(seed({ DMITRY_SEED: 'x' })).toBe(seed({}));
  });
});
