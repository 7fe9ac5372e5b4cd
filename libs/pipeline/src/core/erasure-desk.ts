import { digestOf, type Erasure, type ErasureRequest, type Principal } from '@dmitry/contracts';
import { asOperator } from './as-person.ts';
import { erasureUnconfirmed } from './pipeline.errors.ts';
import type { PipelineOptions } from './pipeline-options.ts';

type Parts = Pick<PipelineOptions, 'database' | 'ledger' | 'dataKeys'>;

/** Destroys data keys: whatever is sealed under them is gone, wherever it was copied; that it was there can still be proven. */
export class ErasureDesk {
  constructor(private readonly options: Parts) {}

  /**
   * Erases what belongs to a subject, or without one everything of the tenant, which has to be named then.
   * @throws DmitryError `auth.forbidden`, `pipeline.erasure_unconfirmed`
   */
  erase(principal: Principal, { subject, reason, confirm }: ErasureRequest): Promise<Erasure> {
    return asOperator(this.options, principal, async (tx, session) => {
      if (subject === undefined && confirm !== principal.tenant) throw erasureUnconfirmed();
      const keys = await this.options.dataKeys.erase(tx, subject);
      // Written afterwards, under a new key: the entry says what was done, and not whom it concerned.
      const [entry] = await session.append(tx, [
        {
          type: 'config',
          facts: { kind: 'erasure', scope: subject === undefined ? 'tenant' : 'subject', keys },
          committed: { reason, ...(subject === undefined ? {} : { subject: digestOf([principal.tenant, subject]) }) },
        },
      ]);
      if (!entry) throw new TypeError('the ledger answered without an entry');
      return { subject: subject ?? null, keys, entry_id: entry.id };
    });
  }
}
