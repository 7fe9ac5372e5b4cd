import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { currentRequest, runInRequest, runInTransaction } from '@dmitry/kit';
import {
  type Batch,
  type EventBus,
  type IncomingRecord,
  MAX_RECORD_BYTES,
  nextOffset,
  type OutgoingRecord,
  type SubscribeOptions,
  type Subscription,
} from '../core/index.ts';

/** A bus under test and how to make topics for it. */
export interface BusHarness {
  open(): Promise<EventBus>;
  createTopic(name: string, partitions: number): Promise<void>;
  close(): Promise<void>;
}

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (record: IncomingRecord): string => new TextDecoder().decode(record.value);
const unique = (what: string): string => `${what}-${randomUUID().slice(0, 8)}`;

/** Collects what a group receives, and tells when something about it has come true. */
class Collector {
  readonly batches: Batch[] = [];
  private readonly watchers: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];

  readonly take = (batch: Batch): Promise<void> => {
    this.batches.push(batch);
    this.look();
    return Promise.resolve();
  };

  get records(): IncomingRecord[] {
    return this.batches.flatMap(({ records }) => records);
  }

  get texts(): string[] {
    return this.records.map(text);
  }

  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.watchers.push({ holds, resolve });
    await promise;
  }

  look(): void {
    for (const { holds, resolve } of this.watchers) if (holds()) resolve();
  }
}

/** What every event bus keeps. */
export function describeEventBusContract(name: string, connect: () => Promise<BusHarness>): void {
  describe(`event bus: ${name}`, () => {
    jest.setTimeout(60_000);
    let harness: BusHarness;
    let bus: EventBus;
    const opened: Subscription[] = [];

    beforeAll(async () => {
      harness = await connect();
      bus = await harness.open();
    });
    afterAll(async () => {
      await Promise.all(opened.map((subscription) => subscription.close()));
      await bus.close();
      await harness.close();
    });

    const newTopic = async (partitions = 1): Promise<string> => {
      const topic = unique('topic');
      await harness.createTopic(topic, partitions);
      return topic;
    };
    const record = (topic: string, key: string, value: string): OutgoingRecord => ({
      topic,
      key,
      value: bytes(value),
      headers: {},
    });
    const subscribe = async (topic: string, options: Partial<SubscribeOptions>): Promise<Subscription> => {
      const given = { group: unique('group'), topics: [topic], onBatch: () => Promise.resolve() };
      const subscription = await bus.subscribe({ ...given, ...options });
      opened.push(subscription);
      return subscription;
    };
    const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at));

    it('carries key, bytes, headers and time as they were given', async () => {
      const topic = await newTopic();
      const value = new Uint8Array([0, 255, 10, 13]);
      await bus.publish([{ topic, key: 'schlüssel', value, headers: { traceparent: TRACEPARENT, note: 'ü' } }]);
      const seen = new Collector();
      await subscribe(topic, { onBatch: seen.take });
      await seen.until(() => seen.records.length === 1);
      expect(seen.batches[0]).toMatchObject({ topic, partition: 0 });
      expect(seen.records[0]).toEqual({
        offset: '0',
        key: 'schlüssel',
        value,
        headers: { traceparent: TRACEPARENT, note: 'ü' },
        timestampMs: expect.any(Number),
      });
    });

    it('keeps the records of a key in the order of the calls, whoever else publishes meanwhile', async () => {
      const topic = await newTopic(4);
      const keys = ['a', 'b', 'c', 'd', 'e'];
      const calls = numbers(40).flatMap((value) => keys.map((key) => bus.publish([record(topic, key, value)])));
      await Promise.all(calls);
      const seen = new Collector();
      await subscribe(topic, { onBatch: seen.take });
      await seen.until(() => seen.records.length === 200);
      for (const key of keys) {
        const own = seen.records.filter((each) => each.key === key);
        expect(own.map(text)).toEqual(numbers(40));
      }
      const places = new Map(
        seen.batches.flatMap(({ partition, records }) => records.map((each) => [each.key, partition])),
      );
      const together = seen.batches.every(({ partition, records }) =>
        records.every((each) => places.get(each.key) === partition),
      );
      expect(together).toBe(true);
    });

    it('publishes many records of one call, more than one request takes', async () => {
      const topic = await newTopic();
      const large = 'x'.repeat(90_000);
      await bus.publish(numbers(30).map((at) => record(topic, 'k', `${at} ${large}`)));
      const seen = new Collector();
      await subscribe(topic, { onBatch: seen.take });
      await seen.until(() => seen.records.length === 30);
      expect(seen.texts.map((value) => value.split(' ')[0])).toEqual(numbers(30));
    });

    it('brings every record to every group, from the oldest on', async () => {
      const topic = await newTopic();
      await bus.publish(['1', '2'].map((value) => record(topic, 'k', value)));
      const one = new Collector();
      const two = new Collector();
      await subscribe(topic, { onBatch: one.take });
      await subscribe(topic, { onBatch: two.take });
      await bus.publish([record(topic, 'k', '3')]);
      await Promise.all([one, two].map((seen) => seen.until(() => seen.records.length === 3)));
      expect([one.texts, two.texts]).toEqual([
        ['1', '2', '3'],
        ['1', '2', '3'],
      ]);
    });

    it('brings a refused batch again before anything later, and other partitions meanwhile', async () => {
      const topic = await newTopic(2);
      const seen = new Collector();
      let refused = 0;
      const tried: string[] = [];
      await subscribe(topic, {
        onBatch: (batch) => {
          if (batch.records.some((each) => text(each) === 'bad') && ++refused < 3) {
            tried.push(...batch.records.map(text));
            return Promise.reject(new Error('refused on purpose'));
          }
          return seen.take(batch);
        },
      });
      await bus.publish([record(topic, 'k', 'bad')]);
      await bus.publish([
        record(topic, 'k', 'later'),
        ...numbers(8).map((key) => record(topic, `other-${key}`, 'other')),
      ]);
      await seen.until(() => seen.records.length === 10);
      expect(refused).toBe(3);
      expect(tried.slice(0, 1)).toEqual(['bad']);
      expect(seen.records.filter(({ key }) => key === 'k').map(text)).toEqual(['bad', 'later']);
    });

    it('starts where the subscriber says, whatever it remembers of the group', async () => {
      const topic = await newTopic();
      const group = unique('group');
      await bus.publish(numbers(5).map((value) => record(topic, 'k', value)));
      const first = new Collector();
      const early = await subscribe(topic, { group, onBatch: first.take });
      await first.until(() => first.records.length === 5);
      await early.close();

      const again = new Collector();
      const asked: [string, number][] = [];
      await subscribe(topic, {
        group,
        onBatch: again.take,
        startOffset: (...place) => {
          asked.push(place);
          return Promise.resolve('3');
        },
      });
      await again.until(() => again.records.length === 2);
      expect(again.texts).toEqual(['3', '4']);
      expect(asked).toContainEqual([topic, 0]);
    });

    it('asks for the place again until it is told', async () => {
      const topic = await newTopic();
      await bus.publish(['1', '2'].map((value) => record(topic, 'k', value)));
      const seen = new Collector();
      let asked = 0;
      await subscribe(topic, {
        onBatch: seen.take,
        startOffset: () => (++asked < 3 ? Promise.reject(new Error('database away')) : Promise.resolve('1')),
      });
      await seen.until(() => seen.records.length > 0);
      expect(seen.texts).toEqual(['2']);
    });

    it('goes on where the group was, when it is told nothing', async () => {
      const topic = await newTopic();
      const group = unique('group');
      await bus.publish([record(topic, 'k', '1')]);
      const first = new Collector();
      const early = await subscribe(topic, { group, onBatch: first.take });
      await first.until(() => first.records.length === 1);
      await early.close();
      await bus.publish([record(topic, 'k', '2')]);
      const next = new Collector();
      await subscribe(topic, { group, onBatch: next.take, startOffset: () => Promise.resolve(null) });
      await next.until(() => next.records.length > 0);
      expect(next.texts).toEqual(['2']);
    });

    it('works on one batch of a partition at a time', async () => {
      const topic = await newTopic();
      const seen = new Collector();
      let working = 0;
      let most = 0;
      await subscribe(topic, {
        onBatch: async (batch) => {
          most = Math.max(most, ++working);
          await new Promise((resolve) => setImmediate(resolve));
          working -= 1;
          await seen.take(batch);
        },
      });
      for (const value of numbers(10)) await bus.publish([record(topic, 'k', value)]);
      await seen.until(() => seen.records.length === 10);
      expect(most).toBe(1);
      expect(seen.texts).toEqual(numbers(10));
    });

    it('shares the partitions among the members of a group and passes on those of one that left', async () => {
      const topic = await newTopic(4);
      const group = unique('group');
      const seen = new Collector();
      const holders = new Map<string, Set<number>>();
      const member = (who: string): Promise<Subscription> =>
        subscribe(topic, {
          group,
          onBatch: (batch) => {
            holders.set(who, (holders.get(who) ?? new Set()).add(batch.partition));
            return seen.take(batch);
          },
        });
      const publish = (round: string): Promise<void> =>
        bus.publish(numbers(40).map((key) => record(topic, key, `${round}-${key}`)));
      const one = await member('one');
      await member('two');
      await publish('first');
      await seen.until(() => new Set(seen.texts).size === 40);
      await one.close();
      holders.clear();
      await publish('second');
      await seen.until(() => new Set(seen.texts).size === 80);
      expect([...holders.keys()]).toEqual(['two']);
      expect(holders.get('two')?.size).toBeGreaterThan(1);
    });

    it('waits for the batch being worked on before a subscription is closed', async () => {
      const topic = await newTopic();
      const begun = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      let done = false;
      const subscription = await subscribe(topic, {
        onBatch: async () => {
          begun.resolve();
          await release.promise;
          done = true;
        },
      });
      await bus.publish([record(topic, 'k', '1')]);
      await begun.promise;
      const closed = subscription.close().then(() => done);
      release.resolve();
      expect(await closed).toBe(true);
    });

    it('refuses a record that is too large and publishes what others asked for', async () => {
      const topic = await newTopic();
      const large = bus.publish([record(topic, 'k', 'x'.repeat(MAX_RECORD_BYTES + 1))]);
      const fine = bus.publish([record(topic, 'k', 'x'.repeat(MAX_RECORD_BYTES - 1))]);
      await expect(large).rejects.toMatchObject({ code: 'messaging.record_too_large' });
      await expect(fine).resolves.toBeUndefined();
    });

    it('works on a batch outside of the request that published it', async () => {
      const topic = await newTopic();
      const seen = new Collector();
      const requests: unknown[] = [];
      await subscribe(topic, {
        onBatch: (batch) => {
          requests.push(currentRequest());
          return seen.take(batch);
        },
      });
      await runInRequest({ requestId: 'publisher' }, () => bus.publish([record(topic, 'k', '1')]));
      await seen.until(() => seen.records.length === 1);
      expect(requests).toEqual([undefined]);
    });

    it('publishes nothing inside an open transaction', async () => {
      const topic = await newTopic();
      const inside = runInTransaction(() => bus.publish([record(topic, 'k', '1')]));
      await expect(inside).rejects.toMatchObject({ code: 'storage.transaction_open' });
    });

    it('tells which offset comes after a batch', () => {
      const last = { offset: '9007199254740993', key: null, value: new Uint8Array(0), headers: {}, timestampMs: 0 };
      expect(nextOffset({ topic: 't', partition: 0, records: [last] })).toBe('9007199254740994');
      expect(() => nextOffset({ topic: 't', partition: 0, records: [] })).toThrow(TypeError);
    });

    it('answers a ping, and nothing after it was closed', async () => {
      const own = await harness.open();
      await expect(own.ping()).resolves.toBeUndefined();
      await own.close();
      const closed = { code: 'messaging.closed' };
      await expect(own.ping()).rejects.toMatchObject(closed);
      await expect(own.publish([])).rejects.toMatchObject(closed);
      const late = { group: 'g', topics: ['t'], onBatch: () => Promise.resolve() };
      await expect(Promise.resolve().then(() => own.subscribe(late))).rejects.toMatchObject(closed);
    });
  });
}
