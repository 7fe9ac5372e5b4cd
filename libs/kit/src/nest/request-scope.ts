import type { Principal } from '@dmitry/contracts';
import type { ExecutionContext } from '@nestjs/common';
import { DmitryError, type RequestScope } from '../core/index.ts';

/** What kit keeps on a request. The scope is the very object that logs and ledger see, so that the tenant reaches them once it is known. */
interface Kept {
  readonly scope: { -readonly [M in keyof RequestScope]: RequestScope[M] };
  principal?: Principal;
}

const KEPT = Symbol('dmitry.request');

export function keepScope(request: object, scope: RequestScope): void {
  Object.defineProperty(request, KEPT, { value: { scope } satisfies Kept });
}

const keptOf = (request: object): Kept | undefined => (request as Record<symbol, Kept | undefined>)[KEPT];

export const scopeOf = (request: object): RequestScope | undefined => keptOf(request)?.scope;

/** From here on the request runs for that principal's tenant. */
export function keepPrincipal(request: object, principal: Principal): void {
  const kept = keptOf(request);
  if (!kept)
    throw new DmitryError('internal.unexpected', 'A request without a scope: call configureApp before the app starts.');
  kept.principal = principal;
  kept.scope.tenant = principal.tenant;
}

/** Who is calling; null on a route that asks for no token. */
export const callerOf = (request: object): Principal | null => keptOf(request)?.principal ?? null;

/** @throws DmitryError `auth.token_missing` on a route that asks for no token */
export function principalOf(request: object): Principal {
  const principal = callerOf(request);
  if (principal) return principal;
  throw new DmitryError('auth.token_missing', 'This needs a caller: send a bearer token.', { severity: 'info' });
}

/** The HTTP request behind a handler; GraphQL's context has it as `req`. */
export function requestOf(context: ExecutionContext): { headers: Record<string, string | string[] | undefined> } {
  if (context.getType<string>() !== 'graphql') return context.switchToHttp().getRequest();
  return context.getArgByIndex<{ req: ReturnType<typeof requestOf> }>(2).req;
}
