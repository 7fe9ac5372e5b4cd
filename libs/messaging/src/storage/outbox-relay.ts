import type { Clock, Logger } from '@dmitry/kit';
import { clearWork, type Database, type Lease, type Leases, listWork, type WorkItem } from '@dmitry/storage';
import { type Gauge, type Metrics, silentMetrics } from '@dmitry/telemetry';
import { type EventBus, type HeldTopic, type OutboxRelay, OUTBOX_WORK, type OutgoingRecord } from '../core/index.ts';
import { HeldTopics } from './held-topics.ts';

export interface OutboxRelayOptions {
  readonly database: Database;
  readonly bus: EventBus;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly logger: Logger;
  /** This process's name for leases: its own, and another one at each start. */
  readonly holder: string;
  /** How long a relay may be silent before another takes over; longer than publishing ever takes. @default 60000 */
  readonly leaseMs?: number;
  /** @default metrics that nobody reads */
  readonly metrics?: Metrics;
  /** Told of records that were published, at least once as their readers are. Must not throw. */
  readonly onPublished?: (records: readonly OutgoingRecord[]) => void;
}

interface OutboxRow extends Record<string, unknown> {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Record<string, string>;
}

/** A tenant of whose records all that are left wait for held topics. */
interface Parked {
  readonly records: number;
  /** Signals that stood then; more of them mean that there is more to do. */
  readonly signals: number;
  readonly untilMs: number;
}

/** A page: this many records, but no more once they have this many bytes. */
const PAGE_RECORDS = 500;
const PAGE_BYTES = 8_000_000;
const PAGE = `
SELECT id, topic, key, value, headers
  FROM (SELECT *, sum(length(value)) OVER (ORDER BY id) - length(value) AS before
          FROM (SELECT * FROM outbox WHERE tenant = $1 AND topic <> ALL($2::text[])
                 ORDER BY id LIMIT ${PAGE_RECORDS}) AS oldest) AS page
 WHERE before < ${PAGE_BYTES} ORDER BY id`;
const LEFT = 'SELECT count(*)::int AS records FROM outbox WHERE tenant = $1';
const LEASE = 'messaging/outbox-relay';

export const createOutboxRelay = (options: OutboxRelayOptions): OutboxRelay => new SqlOutboxRelay(options);

class SqlOutboxRelay implements OutboxRelay {
  readonly #topics: HeldTopics;
  readonly #parked = new Map<string, Parked>();
  readonly #backlog: Gauge;

  constructor(private readonly options: OutboxRelayOptions) {
    const { clock, metrics = silentMetrics } = options;
    this.#topics = new HeldTopics(clock);
    this.#backlog = metrics.gauge('messaging_outbox_backlog_records', 'Records that wait for topics that are held');
  }

  held(): readonly HeldTopic[] {
    return this.#topics.list();
  }

  async round(): Promise<number> {
    const { database } = this.options;
    if (!(await this.#lease())) return this.#stepBack();
    let published = 0;
    const faults: unknown[] = [];
    for (const item of await database.worker((tx) => listWork(tx, OUTBOX_WORK))) {
      if (this.#waits(item)) continue;
      try {
        published += await this.#empty(item);
      } catch (error) {
        faults.push(error);
      }
    }
    this.#backlog.set([...this.#parked.values()].reduce((sum, { records }) => sum + records, 0));
    if (faults.length > 0) throw faults[0] as Error;
    return published;
  }

  /** Another relay works: what this one knew is its affair no longer. */
  #stepBack(): number {
    this.#topics.clear();
    this.#parked.clear();
    this.#backlog.set(0);
    return 0;
  }

  #waits({ tenant, signals }: WorkItem): boolean {
    const parked = this.#parked.get(tenant);
    if (!parked) return false;
    return parked.signals === signals.length && this.options.clock.monotonicMs() < parked.untilMs;
  }

  /** Publishes all that a tenant's outbox holds but for held topics, page by page, and then says so. */
  async #empty(item: WorkItem): Promise<number> {
    const { database } = this.options;
    const { tenant } = item;
    let published = 0;
    for (;;) {
      const held = this.#topics.of(tenant).map(({ topic }) => topic);
      const rows = await database.tenant(tenant, (tx) => tx.query<OutboxRow>(PAGE, [tenant, held]));
      if (rows.length === 0) break;
      // asked again before each page: a relay that was silent for too long must not publish beside its successor
      if (!(await this.#lease())) return published;
      published += await this.#publish(tenant, rows);
    }
    await this.#finish(item);
    return published;
  }

  /** Topic by topic, so that what one refuses is all that stays; order is promised for a key, and a key is in one topic. */
  async #publish(tenant: string, rows: readonly OutboxRow[]): Promise<number> {
    const { database, bus, logger, onPublished } = this.options;
    let published = 0;
    for (const [topic, own] of Map.groupBy(rows, (row) => row.topic)) {
      const records = own.map(recordOf);
      try {
        await bus.publish(records);
      } catch (error) {
        const { code, failures } = this.#topics.hold(topic, tenant, error);
        logger.warn('messaging.topic_held', { topic, code, failures, error });
        continue;
      }
      this.#topics.release(topic, tenant);
      const ids = own.map(({ id }) => id);
      await database.tenant(tenant, (tx) =>
        tx.query('DELETE FROM outbox WHERE tenant = $1 AND id = ANY($2::bigint[])', [tenant, ids]),
      );
      onPublished?.(records);
      published += own.length;
    }
    return published;
  }

  /** The tenant has nothing to do, or waits: one signal of it stays then, so that the list does not fill up with it. */
  async #finish(item: WorkItem): Promise<void> {
    const { database } = this.options;
    const { tenant, signals } = item;
    const holds = this.#topics.of(tenant);
    const records = holds.length === 0 ? 0 : await this.#left(tenant);
    this.#parked.delete(tenant);
    if (records > 0) {
      this.#parked.set(tenant, { records, signals: 1, untilMs: Math.min(...holds.map(({ untilMs }) => untilMs)) });
    }
    await database.worker((tx) => clearWork(tx, records > 0 ? { ...item, signals: signals.slice(1) } : item));
  }

  async #left(tenant: string): Promise<number> {
    const [row] = await this.options.database.tenant(tenant, (tx) => tx.query<{ records: number }>(LEFT, [tenant]));
    return row?.records ?? 0;
  }

  #lease(): Promise<Lease | null> {
    const { leases, holder, leaseMs = 60_000 } = this.options;
    return leases.acquire(LEASE, holder, leaseMs);
  }
}

const recordOf = ({ topic, key, value, headers }: OutboxRow): OutgoingRecord => ({ topic, key, value, headers });
