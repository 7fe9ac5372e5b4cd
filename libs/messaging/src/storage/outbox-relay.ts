import { clearWork, type Database, type Lease, type Leases, listWork, type WorkItem } from '@dmitry/storage';
import { type EventBus, type OutboxRelay, OUTBOX_WORK, type OutgoingRecord } from '../core/index.ts';

export interface OutboxRelayOptions {
  readonly database: Database;
  readonly bus: EventBus;
  readonly leases: Leases;
  /** This process's name for leases: its own, and another one at each start. */
  readonly holder: string;
  /** How long a relay may be silent before another takes over; longer than publishing ever takes. @default 60000 */
  readonly leaseMs?: number;
}

interface OutboxRow extends Record<string, unknown> {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Record<string, string>;
}

/** A page: this many records, but no more once they have this many bytes. */
const PAGE_RECORDS = 500;
const PAGE_BYTES = 8_000_000;
const PAGE = `
SELECT id, topic, key, value, headers
  FROM (SELECT *, sum(length(value)) OVER (ORDER BY id) - length(value) AS before
          FROM (SELECT * FROM outbox WHERE tenant = $1 ORDER BY id LIMIT ${PAGE_RECORDS}) AS oldest) AS page
 WHERE before < ${PAGE_BYTES} ORDER BY id`;
const LEASE = 'messaging/outbox-relay';

export const createOutboxRelay = (options: OutboxRelayOptions): OutboxRelay => new SqlOutboxRelay(options);

class SqlOutboxRelay implements OutboxRelay {
  constructor(private readonly options: OutboxRelayOptions) {}

  async round(): Promise<number> {
    const { database } = this.options;
    if (!(await this.lease())) return 0;
    let published = 0;
    const faults: unknown[] = [];
    for (const item of await database.worker((tx) => listWork(tx, OUTBOX_WORK))) {
      try {
        published += await this.empty(item);
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0] as Error;
    return published;
  }

  /** Publishes all that a tenant's outbox holds, page by page, and then says so. */
  private async empty(item: WorkItem): Promise<number> {
    const { database } = this.options;
    let published = 0;
    for (;;) {
      const rows = await database.tenant(item.tenant, (tx) => tx.query<OutboxRow>(PAGE, [item.tenant]));
      if (rows.length === 0) break;
      // asked again before each page: a relay that was silent for too long must not publish beside its successor
      if (!(await this.lease())) return published;
      await this.publish(item.tenant, rows);
      published += rows.length;
    }
    await database.worker((tx) => clearWork(tx, item));
    return published;
  }

  private async publish(tenant: string, rows: readonly OutboxRow[]): Promise<void> {
    const { database, bus } = this.options;
    await bus.publish(rows.map(recordOf));
    const ids = rows.map(({ id }) => id);
    await database.tenant(tenant, (tx) =>
      tx.query('DELETE FROM outbox WHERE tenant = $1 AND id = ANY($2::bigint[])', [tenant, ids]),
    );
  }

  private lease(): Promise<Lease | null> {
    const { leases, holder, leaseMs = 60_000 } = this.options;
    return leases.acquire(LEASE, holder, leaseMs);
  }
}

const recordOf = ({ topic, key, value, headers }: OutboxRow): OutgoingRecord => ({ topic, key, value, headers });
