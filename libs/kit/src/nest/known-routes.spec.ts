import { describe, expect, it } from '@jest/globals';
import { KnownRoutes } from './known-routes.ts';

const routes = new KnownRoutes();
for (const [method, path] of [
  ['GET', '/a/:id'],
  ['DELETE', '/a/:id'],
  ['GET', '/files/*'],
  ['POST', '/a.b'],
  ['GET', '/a/:id'],
] as const) {
  routes.add({ method, path, declared: {} });
}

describe('methods at an address', () => {
  it.each([
    ['/a/7', ['DELETE', 'GET']],
    ['/a/7/', ['DELETE', 'GET']],
    ['/a/7?x=/b', ['DELETE', 'GET']],
    ['/a/7/8', []],
    ['/a/', []],
    ['/files/x/y', ['GET']],
    ['/a.b', ['POST']],
    ['/axb', []],
  ])('of %s are %j', (url, methods) => {
    expect(routes.methodsAt(url)).toEqual(methods);
  });
});
