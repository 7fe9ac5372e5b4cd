import { describe, expect, it } from '@jest/globals';
import { prunedInstall } from './pruned-lock.mjs';

const packages = {
  'node_modules/a': {
    version: '1.0.0',
    dependencies: { b: '^1' },
    optionalDependencies: { 'a-linux': '1', 'a-mars': '1' },
  },
  'node_modules/a-linux': { version: '1.0.0', optional: true },
  'node_modules/a/node_modules/b': { version: '1.5.0', dependencies: { c: '1' } },
  'node_modules/b': { version: '2.0.0', dependencies: { a: '1' } },
  'node_modules/c': {
    version: '1.0.0',
    peerDependencies: { d: '1', e: '1' },
    peerDependenciesMeta: { e: { optional: true } },
  },
  'node_modules/d': { version: '1.0.0' },
  'node_modules/e': { version: '1.0.0' },
  'node_modules/f': { version: '1.0.0', dependencies: { gone: '1' } },
};
const pruned = (...names) => prunedInstall({ lockfileVersion: 3, packages }, names);

describe('the part of the lockfile that an image needs', () => {
  it('holds what the named packages need, the nested copy before the one at the top, and nothing else', () => {
    expect(Object.keys(pruned('a').lock.packages)).toEqual([
      '',
      'node_modules/a',
      'node_modules/a-linux',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/d',
    ]);
  });

  it('keeps entries as they are and pins what is asked for, so that npm ci accepts the pair', () => {
    const { manifest, lock } = pruned('b', 'e');
    expect(lock.packages['node_modules/c']).toBe(packages['node_modules/c']);
    expect(manifest.dependencies).toEqual({ b: '2.0.0', e: '1.0.0' });
    expect(lock.packages[''].dependencies).toEqual(manifest.dependencies);
    expect(lock.lockfileVersion).toBe(3);
  });

  it('refuses a lockfile that lacks what is needed: the image would not start', () => {
    expect(() => pruned('f')).toThrow('gone is not in the lockfile');
    expect(() => pruned('unknown')).toThrow('unknown is not in the lockfile');
  });
});
