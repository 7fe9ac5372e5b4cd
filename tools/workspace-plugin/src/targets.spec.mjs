import { describe, expect, it } from '@jest/globals';
import { tierOf } from './targets.mjs';

describe('tierOf', () => {
  it.each([
    ['src/core/a.spec.ts', 'test'],
    ['src/core/a.prop-spec.ts', 'property'],
    ['test/redis.int-spec.ts', 'integration'],
    ['test/advise/200.e2e-spec.ts', 'e2e'],
    ['README.md', 'test'],
    ['src/a.spec.mjs', 'test'],
    ['src/core/a.ts', undefined],
  ])('puts %s into %s', (file, tier) => {
    expect(tierOf(file)).toBe(tier);
  });
});
