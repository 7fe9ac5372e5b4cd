import { type Static, Type } from 'typebox';
import { stringEnum, TenantId } from './schema.ts';

export const ROLES = ['analyst', 'approver', 'operator', 'auditor', 'service'] as const;
export const Role = stringEnum(ROLES);
export type Role = Static<typeof Role>;

/** Claims of a token. Further registered claims (exp, iat, iss, aud, jti) are checked by the verifier. */
export const TokenClaims = Type.Object({
  sub: Type.String({ minLength: 1, maxLength: 256 }),
  tenant_id: TenantId,
  roles: Type.Array(Role, { minItems: 1, maxItems: 5 }),
});
export type TokenClaims = Static<typeof TokenClaims>;

/** Who is calling, from a verified token and nowhere else. */
export interface Principal {
  readonly subject: string;
  readonly tenant: string;
  readonly roles: readonly Role[];
}

/** The log of entries that concern every tenant. Not a tenant that a token can name. */
export const OPERATOR_TENANT = '_operator';
