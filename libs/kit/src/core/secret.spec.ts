import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { modeOf, Secret } from './index.ts';

describe('Secret', () => {
  it('prints in no way that code prints by accident', () => {
    const secret = new Secret('hunter2');
    const prints = [
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }),
      Object.values(secret).join(''),
    ];
    expect(prints.join(' ')).not.toContain('hunter2');
  });

  it('gives its text to who asks for it', () => {
    expect(new Secret('hunter2').reveal()).toBe('hunter2');
  });
});

describe('modeOf', () => {
  it.each([
    ['development', 'development'],
    ['test', 'test'],
    ['production', 'production'],
    ['Development', 'production'],
    ['dev', 'production'],
    ['', 'production'],
    [undefined, 'production'],
  ])('NODE_ENV %j is %s: what is not said exactly is production', (named, mode) => {
    expect(modeOf({ NODE_ENV: named })).toBe(mode);
  });
});
