import type { Role } from '@dmitry/contracts';
import { issueDevelopmentToken } from '@dmitry/kit/jose';
import { RandomIds, SystemClock } from '@dmitry/kit/node';

const key = (digit: string): string => digit.repeat(64);

/** Keys that suites start the apps with. They protect nothing. */
export const SECRETS = {
  JWT_SECRET: 'end-to-end-suites-only-not-a-secret',
  DMITRY_MASTER_KEY: key('1'),
  DMITRY_PSEUDONYM_KEY: key('2'),
  DMITRY_SIGNER_SEED: key('3'),
} as const;

/** A token as the deployment's issuer would sign it. */
export function tokenFor(
  tenant: string,
  roles: readonly Role[],
  options: { readonly subject?: string; readonly ttlSeconds?: number; readonly secret?: string } = {},
): Promise<string> {
  const clock = new SystemClock();
  return issueDevelopmentToken({
    claims: { sub: options.subject ?? `${roles.join('-')}@${tenant}`, tenant_id: tenant, roles: [...roles] },
    clock,
    ids: new RandomIds(clock),
    mode: 'test',
    secret: options.secret ?? SECRETS.JWT_SECRET,
    ...(options.ttlSeconds === undefined ? {} : { ttlSeconds: options.ttlSeconds }),
  });
}
