import type { Principal } from '@dmitry/contracts';
import { DmitryError } from '@dmitry/kit';
import type { Tx } from '@dmitry/storage';
import type { Actor, LedgerSession } from '@dmitry/trust-ledger';
import type { PipelineOptions } from './pipeline-options.ts';

type Work<T> = (tx: Tx, session: LedgerSession) => Promise<T>;
type Parts = Pick<PipelineOptions, 'database' | 'ledger'>;

/** One transaction of a person in their own tenant, with a ledger session of its own. */
export async function asPerson<T>(
  { database, ledger }: Parts,
  { tenant, subject }: Principal,
  work: Work<T>,
  kind: Actor['kind'] = 'person',
): Promise<T> {
  const session = await ledger.openSession(tenant, { kind, name: subject });
  try {
    return await database.tenant(tenant, (tx) => work(tx, session));
  } finally {
    await session.seal();
  }
}

/**
 * The same for what only an operator may.
 * @throws DmitryError `auth.forbidden`
 */
export async function asOperator<T>(parts: Parts, principal: Principal, work: Work<T>): Promise<T> {
  if (!principal.roles.includes('operator')) throw forbidden('This needs the role operator.');
  return asPerson(parts, principal, work, 'operator');
}

export const forbidden = (message: string): DmitryError =>
  new DmitryError('auth.forbidden', message, { severity: 'info' });
