import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { keepPrincipal, keepScope, principalOf, requestOf, scopeOf } from './request-scope.ts';

const principal = { subject: 'ada', tenant: 'acme', roles: ['analyst'] as const };

describe('what is kept on a request', () => {
  it('is one scope, which learns the tenant once the principal is known', () => {
    const [request, scope] = [{}, { requestId: 'r-1' }];
    keepScope(request, scope);
    keepPrincipal(request, principal);
    expect(scope).toEqual({ requestId: 'r-1', tenant: 'acme' });
    expect(scopeOf(request)).toBe(scope);
    expect(principalOf(request)).toBe(principal);
    expect(Object.keys(request)).toEqual([]); // nothing that a handler would print
  });

  it('is never a principal that no guard has put there', () => {
    const request = { principal };
    keepScope(request, { requestId: 'r-1' });
    expect(() => principalOf(request)).toThrow(expect.objectContaining({ code: 'auth.token_missing' }));
  });

  it('fails loudly in an app that was not configured: logs and ledger would have no id', () => {
    expect(() => keepPrincipal({}, principal)).toThrow(expect.objectContaining({ code: 'internal.unexpected' }));
  });
});

describe('the request behind a handler', () => {
  it('is found for HTTP and for GraphQL alike', () => {
    const request = { headers: {} };
    const http = {
      getType: () => 'http',
      switchToHttp: () => ({ getRequest: () => request }),
    } as unknown as ExecutionContext;
    const graphql = {
      getType: () => 'graphql',
      getArgByIndex: (n: number) => (n === 2 ? { req: request } : null),
    } as unknown as ExecutionContext;
    expect([requestOf(http), requestOf(graphql)]).toEqual([request, request]);
    expect(requestOf(graphql)).toBe(request);
  });
});
