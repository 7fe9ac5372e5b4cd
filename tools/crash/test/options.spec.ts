import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '../src/options.ts';
import { seededRandom } from '../src/random.ts';

describe('options of the crash suites', () => {
  it('take all scenarios, few kills and a new seed where nothing is said', () => {
    expect(parseOptions([], 7)).toEqual({
      names: ['orchestrator', 'points', 'gateway'],
      kills: 3,
      seed: 7,
      json: null,
    });
  });

  it('kill a hundred times or more in full', () => {
    const { names, kills } = parseOptions(['--full'], 7);
    expect(names.length * kills).toBeGreaterThanOrEqual(100);
  });

  it('take what is said, and refuse what cannot be meant', () => {
    const given = ['points', '--runs', '2', '--seed', '9', '--json', 'f.json'];
    expect(parseOptions(given, 7)).toEqual({ names: ['points'], kills: 2, seed: 9, json: 'f.json' });
    expect(() => parseOptions(['everything'], 7)).toThrow(/there are orchestrator, points, gateway/);
    expect(() => parseOptions(['--runs', 'many'], 7)).toThrow(/--runs needs a whole number/);
  });
});

describe('seeded choices', () => {
  it('are the same again with the same seed, and stay within bounds', () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 200 }, () => random.integer(3, 9));
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    expect(new Set(draw(5))).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]));
  });
});
