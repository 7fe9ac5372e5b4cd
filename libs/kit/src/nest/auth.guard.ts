import type { Principal } from '@dmitry/contracts';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { DmitryError } from '../core/index.ts';
import type { TokenVerifier as Verifier } from '../jose/index.ts';
import { keepPrincipal, requestOf } from './request-scope.ts';
import { declarationOf } from './route-declaration.ts';
import { TokenVerifier } from './tokens.ts';

const BEARER = /^Bearer +([\w.~+/=-]+) *$/i; // RFC 6750 2.1

/** Every route demands a bearer token unless it says that it is public. Registered for all routes by KitModule. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(@Inject(TokenVerifier) private readonly verifier: Verifier) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declared = declarationOf(context);
    if (declared.public) return true;
    const request = requestOf(context);
    const principal = await this.authenticate(textOf(request.headers['authorization']));
    assertTenant(principal, textOf(request.headers['x-tenant-id']));
    assertRole(principal, declared.roles);
    keepPrincipal(request, principal);
    return true;
  }

  private async authenticate(header: string | undefined): Promise<Principal> {
    const token = BEARER.exec(header ?? '')?.[1];
    if (token === undefined) throw refusal('auth.token_missing', 'Send a bearer token in the Authorization header.');
    const verified = await this.verifier.verify(token);
    if (!verified.ok) throw refusal(verified.code, verified.detail);
    return verified.principal;
  }
}

/**
 * A tenant named in a request may only agree with the token's.
 * @throws DmitryError `auth.tenant_mismatch`
 */
export function assertTenant(principal: Principal, named: string | undefined): void {
  if (named === undefined || named === principal.tenant) return;
  throw refusal(
    'auth.tenant_mismatch',
    'The tenant comes from the token; leave it out of the request or name the same one.',
  );
}

function assertRole(principal: Principal, roles: readonly string[] | undefined): void {
  if (!roles || principal.roles.some((role) => roles.includes(role))) return;
  throw refusal('auth.forbidden', `This needs one of the roles ${roles.join(', ')}.`);
}

const refusal = (code: string, detail: string): DmitryError => new DmitryError(code, detail, { severity: 'info' });

const textOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
