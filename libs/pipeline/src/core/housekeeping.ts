import { clearWork, listWork, type WorkItem } from '@dmitry/storage';
import type { PipelineOptions } from './pipeline-options.ts';

/** Kind of the signal by which a tenant says that an approval was asked for, and will end some time. */
export const HOUSEKEEPING_WORK = 'housekeeping';

type Parts = Pick<PipelineOptions, 'database' | 'ledger' | 'approvals'>;

/** Ends what time has ended: approvals that nobody answered, or nobody used. */
export class Housekeeping {
  constructor(private readonly options: Parts) {}

  /** One look at every tenant that has such. Several processes may look at once. @returns how many were ended */
  async round(): Promise<number> {
    const items = await this.options.database.worker((tx) => listWork(tx, HOUSEKEEPING_WORK));
    let ended = 0;
    for (const item of items) ended += await this.#visit(item);
    return ended;
  }

  async #visit(item: WorkItem): Promise<number> {
    const { database, ledger, approvals } = this.options;
    const session = await ledger.openSession(item.tenant, { kind: 'system', name: 'housekeeping' });
    try {
      const { expired, open } = await database.tenant(item.tenant, async (tx) => ({
        expired: await approvals.expire(tx, session),
        open: [
          ...(await approvals.list(tx, { status: 'pending', limit: 1 })),
          ...(await approvals.list(tx, { status: 'approved', limit: 1 })),
        ],
      }));
      // What was asked for after the look has a signal of its own.
      if (open.length === 0) await database.worker((tx) => clearWork(tx, item));
      return expired.length;
    } finally {
      await session.seal();
    }
  }
}
