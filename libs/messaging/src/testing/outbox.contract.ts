import { beforeEach, describe, expect, it } from '@jest/globals';
import { runInRequest, silentLogger } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import type { Database } from '@dmitry/storage';
import { createLeases } from '@dmitry/storage/sql';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import {
  busUnavailable,
  type EventBus,
  MAX_RECORD_BYTES,
  type Outbox,
  type OutboxRelay,
  type OutgoingRecord,
  topicUnknown,
} from '../core/index.ts';
import { createOutbox, createOutboxRelay } from '../storage/index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** A bus that only notes what is published, and fails when told to. */
class RecordingBus implements Pick<EventBus, 'publish'> {
  readonly published: OutgoingRecord[] = [];
  fail: (records: readonly OutgoingRecord[]) => Error | boolean = () => false;
  /** Published, but the caller is never told: as when the process dies in between. */
  loseAnswer = false;

  /** Called while records are published. */
  meanwhile: (records: readonly OutgoingRecord[]) => void = () => undefined;

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.meanwhile(records);
    const fault = this.fail(records);
    if (fault !== false) return Promise.reject(fault === true ? new Error('refused') : fault);
    this.published.push(...records);
    return this.loseAnswer ? Promise.reject(new Error('died here')) : Promise.resolve();
  }

  keysOf(topic: string): string[] {
    return this.published.filter((record) => record.topic === topic).map(({ key }) => key);
  }
}

export function describeOutbox(database: () => Database): void {
  describe('outbox', () => {
    const outbox: Outbox = createOutbox();
    let bus: RecordingBus;
    let clock: ManualClock;
    let metrics: MemoryMetrics;
    const relay = (holder = 'relay', leaseMs = 60_000): OutboxRelay =>
      createOutboxRelay({
        database: database(),
        bus: bus as unknown as EventBus,
        leases: createLeases(database()),
        clock,
        logger: silentLogger,
        metrics,
        holder,
        leaseMs,
      });
    const enqueue = (tenant: string, key: string, topic = 't'): Promise<void> =>
      database().tenant(tenant, (tx) => outbox.enqueue(tx, { topic, key, value: bytes(key), headers: { h: key } }));
    beforeEach(async () => {
      bus = new RecordingBus();
      clock = new ManualClock();
      metrics = new MemoryMetrics();
      await database().worker((tx) => tx.query('DELETE FROM lease'));
    });

    it('publishes what was committed, in order, once, and nothing that was rolled back', async () => {
      for (const key of ['1', '2', '3']) await enqueue('a', key);
      const failed = database().tenant('a', async (tx) => {
        await outbox.enqueue(tx, { topic: 't', key: 'never', value: bytes(''), headers: {} });
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      expect(await relay().round()).toBe(3);
      expect(bus.published).toEqual(
        ['1', '2', '3'].map((key) => ({ topic: 't', key, value: bytes(key), headers: { h: key } })),
      );
      expect(await relay().round()).toBe(0);
    });

    it('adds the trace of the running request, unless the record has its own', async () => {
      const own = '00-11111111111111111111111111111111-2222222222222222-01';
      const add = (headers: Record<string, string>): Promise<void> =>
        database().tenant('a', (tx) => outbox.enqueue(tx, { topic: 't', key: 'k', value: bytes(''), headers }));
      await runInRequest({ requestId: 'r', traceparent: TRACEPARENT }, async () => {
        await add({});
        await add({ traceparent: own });
      });
      await relay().round();
      expect(bus.published.map(({ headers }) => headers)).toEqual([{ traceparent: TRACEPARENT }, { traceparent: own }]);
    });

    it('keeps what could not be published and publishes it, in order, when the bus is back', async () => {
      for (const key of ['1', '2']) await enqueue('a', key);
      const one = relay();
      bus.fail = () => busUnavailable();
      expect(await one.round()).toBe(0);
      expect(one.held()).toEqual([{ topic: 't', code: 'messaging.unavailable' }]);
      bus.fail = () => false;
      expect(await one.round()).toBe(0); // it waits before it tries again
      await clock.advance(200);
      expect(await one.round()).toBe(2);
      expect(one.held()).toEqual([]);
      expect(bus.keysOf('t')).toEqual(['1', '2']);
    });

    // a relay that dies after publishing must not lose what it published, so it may publish it twice
    it('publishes again what it published before it died', async () => {
      await enqueue('a', '1');
      bus.loseAnswer = true;
      expect(await relay().round()).toBe(0);
      bus.loseAnswer = false;
      expect(await relay().round()).toBe(1);
      expect(bus.keysOf('t')).toEqual(['1', '1']);
    });

    it('does not let the tenant whose records are refused hold up the others', async () => {
      for (const tenant of ['a', 'b', 'c']) await enqueue(tenant, tenant);
      bus.fail = (records) => records.some(({ key }) => key === 'a');
      const one = relay();
      expect(await one.round()).toBe(2);
      expect(bus.keysOf('t')).toEqual(['b', 'c']);
      await enqueue('b', 'later');
      expect(await one.round()).toBe(1);
    });

    it('does not let a topic that is not there hold up the others, says which it is, and tells all of it once it is there', async () => {
      const missing = (records: readonly OutgoingRecord[]) => records.some(({ topic }) => topic === 'missing');
      bus.fail = (records) => missing(records) && topicUnknown('missing');
      const tries: number[] = [];
      bus.meanwhile = (records) => missing(records) && tries.push(clock.monotonicMs());
      const one = relay();
      for (const key of ['1', '2', '3']) {
        for (const tenant of ['a', 'b']) {
          await enqueue(tenant, key, 'missing');
          await enqueue(tenant, key);
        }
        expect(await one.round()).toBe(2);
      }
      expect(bus.keysOf('t')).toEqual(['1', '1', '2', '2', '3', '3']);
      expect(one.held()).toEqual([{ topic: 'missing', code: 'messaging.topic_unknown' }]);
      expect(metrics.value('messaging_outbox_backlog_records')).toBe(6);
      expect(tries).toHaveLength(1); // neither the other tenant nor the next rounds try it at once
      bus.fail = () => false;
      await clock.advance(200);
      expect(await one.round()).toBe(6);
      expect(bus.keysOf('missing')).toEqual(['1', '2', '3', '1', '2', '3']);
      expect(metrics.value('messaging_outbox_backlog_records')).toBe(0);
      expect(await database().worker((tx) => tx.query('SELECT 1 FROM work'))).toEqual([]);
    });

    it('tells what was published of what it published, and of nothing else', async () => {
      const told: string[] = [];
      await enqueue('a', '1');
      await enqueue('a', '2', 'missing');
      bus.fail = ([record]) => record?.topic === 'missing' && topicUnknown('missing');
      const one = createOutboxRelay({
        database: database(),
        bus: bus as unknown as EventBus,
        leases: createLeases(database()),
        clock,
        logger: silentLogger,
        holder: 'relay',
        onPublished: (records) => void told.push(...records.map(({ key }) => key)),
      });
      await one.round();
      expect(told).toEqual(['1']);
    });

    it('keeps one signal of a tenant that waits, however much is added for the topic that is held', async () => {
      bus.fail = () => topicUnknown('t');
      const one = relay();
      for (const key of ['1', '2', '3', '4']) {
        await enqueue('a', key);
        await one.round();
      }
      expect(await database().worker((tx) => tx.query('SELECT 1 AS signal FROM work'))).toHaveLength(1);
    });

    it('publishes what was enqueued while it was publishing, now or in the next round', async () => {
      await enqueue('a', '1');
      let late: Promise<void> | undefined;
      bus.meanwhile = () => {
        late ??= enqueue('a', '2');
      };
      await relay().round();
      await late;
      await relay().round();
      expect(bus.keysOf('t')).toEqual(['1', '2']);
    });

    it('empties a large outbox page by page', async () => {
      const value = new Uint8Array(600_000);
      await database().tenant('a', async (tx) => {
        for (let at = 0; at < 20; at++)
          await outbox.enqueue(tx, { topic: 'large', key: String(at), value, headers: {} });
      });
      const pages: number[] = [];
      bus.meanwhile = (records) => pages.push(records.length);
      expect(await relay().round()).toBe(20);
      expect(pages.length).toBeGreaterThan(1);
    });

    it('leaves the work to the relay that has the lease, and stops when it is lost', async () => {
      await enqueue('a', '1');
      const first = relay('first');
      expect(await relay('second', 0).round()).toBe(1); // whose lease is over at once
      await enqueue('a', '2');
      expect(await first.round()).toBe(1);
      await enqueue('a', '3');
      expect(await relay('third').round()).toBe(0);
      expect(bus.keysOf('t')).toEqual(['1', '2']);
    });

    it('publishes no further page once another relay has taken over', async () => {
      const value = new Uint8Array(900_000);
      await database().tenant('a', async (tx) => {
        for (let at = 0; at < 12; at++)
          await outbox.enqueue(tx, { topic: 'large', key: String(at), value, headers: {} });
      });
      const leases = createLeases(database());
      let taken: Promise<unknown> | undefined;
      bus.meanwhile = () => {
        taken ??= leases.acquire('messaging/outbox-relay', 'successor', 60_000);
      };
      const slow = createOutboxRelay({
        database: database(),
        bus: bus as unknown as EventBus,
        leases: { ...leases, acquire: (lease, holder) => leases.acquire(lease, holder, 0) }, // late each time
        clock,
        logger: silentLogger,
        holder: 'slow',
      });
      expect(await slow.round()).toBeLessThan(12);
      expect(await taken).toMatchObject({ holder: 'successor' });
    });

    it('refuses a record that no bus would take, in the transaction that wrote it', async () => {
      const value = new Uint8Array(MAX_RECORD_BYTES);
      const large = database().tenant('a', (tx) => outbox.enqueue(tx, { topic: 't', key: 'k', value, headers: {} }));
      await expect(large).rejects.toMatchObject({ code: 'messaging.record_too_large' });
    });
  });
}
