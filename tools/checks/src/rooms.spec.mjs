import { describe, expect, it } from '@jest/globals';
import { roomFault, whereIs } from './rooms.mjs';

const at = (path) => whereIs(`/repo/libs/cache/${path}`);

describe('whereIs', () => {
  it('knows the library and the room of a source file, and which files are specs', () => {
    expect(at('src/core/a.ts')).toEqual({ library: 'cache', room: 'core', path: 'src/core/a.ts', spec: false });
    expect(at('src/core/deep/a.prop-spec.ts')).toMatchObject({ room: 'core', spec: true });
    expect(at('test/redis.int-spec.ts')).toMatchObject({ room: 'test', spec: true });
  });

  it('says nothing of files that are in no room', () => {
    expect(whereIs('/repo/apps/gateway/src/main.ts')).toBeUndefined();
    expect(at('jest.config.js')).toBeUndefined();
  });
});

describe('roomFault', () => {
  it.each([
    ['src/core/a.ts', './b.ts'],
    ['src/core/deep/a.ts', '../b.ts'],
    ['src/redis/a.ts', '../core/index.ts'],
    ['src/nest/a.ts', '../redis/index.ts'],
    ['src/testing/a.ts', '../memory/index.ts'],
    ['src/core/a.ts', '@dmitry/kit'],
    ['src/redis/a.ts', '@dmitry/outbound/http'],
    ['src/nest/a.ts', '@dmitry/kit/nest'],
    ['src/core/a.spec.ts', '../testing/index.ts'],
    ['test/redis.int-spec.ts', '@dmitry/cache/testing'],
    ['src/core/a.ts', 'node:crypto'],
  ])('allows %s to import %s', (path, specifier) => {
    expect(roomFault(at(path), specifier)).toBeUndefined();
  });

  it.each([
    ['src/core/a.ts', '../redis/index.ts', /inward/],
    ['src/core/deep/a.ts', '../../nest/index.ts', /inward/],
    ['src/redis/a.ts', '../nest/index.ts', /inward/],
    ['src/redis/a.ts', '../kafka/index.ts', /inward/],
    ['src/nest/a.ts', '../testing/index.ts', /inward/],
    ['src/redis/a.ts', '../core/hidden.ts', /doors/],
    ['src/core/a.ts', '../../../kit/src/core/index.ts', /package name/],
    ['src/core/a.ts', '@dmitry/kit/nest', /plain door/],
    ['src/redis/a.ts', '@dmitry/kit/nest', /nest door/],
    ['src/nest/a.ts', '@dmitry/kit/testing', /testing door/],
    ['src/nest/a.ts', '@dmitry/cache', /itself/],
  ])('forbids %s to import %s', (path, specifier, message) => {
    expect(roomFault(at(path), specifier)).toMatch(message);
  });
});
