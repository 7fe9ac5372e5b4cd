import { beforeEach, describe, expect, it } from '@jest/globals';
import { runInRequest } from '@dmitry/kit';
import type { Database } from '@dmitry/storage';
import { createLeases } from '@dmitry/storage/sql';
import { type EventBus, MAX_RECORD_BYTES, type Outbox, type OutboxRelay, type OutgoingRecord } from '../core/index.ts';
import { createOutbox, createOutboxRelay } from '../storage/index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** A bus that only notes what is published, and fails when told to. */
class RecordingBus implements Pick<EventBus, 'publish'> {
  readonly published: OutgoingRecord[] = [];
  fail: (records: readonly OutgoingRecord[]) => boolean = () => false;
  /** Published, but the caller is never told: as when the process dies in between. */
  loseAnswer = false;

  /** Called while records are published. */
  meanwhile: (records: readonly OutgoingRecord[]) => void = () => undefined;

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.meanwhile(records);
    if (this.fail(records)) return Promise.reject(new Error('bus away'));
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
    const relay = (holder = 'relay', leaseMs = 60_000): OutboxRelay =>
      createOutboxRelay({
        database: database(),
        bus: bus as unknown as EventBus,
        leases: createLeases(database()),
        holder,
        leaseMs,
      });
    const enqueue = (tenant: string, key: string, topic = 't'): Promise<void> =>
      database().tenant(tenant, (tx) => outbox.enqueue(tx, { topic, key, value: bytes(key), headers: { h: key } }));
    beforeEach(async () => {
      bus = new RecordingBus();
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
      bus.fail = () => true;
      await expect(relay().round()).rejects.toThrow('bus away');
      bus.fail = () => false;
      expect(await relay().round()).toBe(2);
      expect(bus.keysOf('t')).toEqual(['1', '2']);
    });

    // a relay that dies after publishing must not lose what it published, so it may publish it twice
    it('publishes again what it published before it died', async () => {
      await enqueue('a', '1');
      bus.loseAnswer = true;
      await expect(relay().round()).rejects.toThrow('died here');
      bus.loseAnswer = false;
      expect(await relay().round()).toBe(1);
      expect(bus.keysOf('t')).toEqual(['1', '1']);
    });

    it('does not let the tenant whose records are refused hold up the others', async () => {
      for (const tenant of ['a', 'b', 'c']) await enqueue(tenant, tenant);
      bus.fail = (records) => records.some(({ key }) => key === 'a');
      await expect(relay().round()).rejects.toThrow('bus away');
      expect(bus.keysOf('t')).toEqual(['b', 'c']);
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
