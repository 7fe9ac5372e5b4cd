import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import type { Batch, SubscribeOptions } from '../core/index.ts';
import { KafkaSubscription } from './kafka-subscription.ts';

type Listener = (event: { payload: Record<string, unknown> }) => void;

/** As much of a kafkajs consumer as a subscription uses. */
class FakeConsumer {
  readonly events = { GROUP_JOIN: 'join', CRASH: 'crash' };
  readonly listeners = new Map<string, Listener>();
  readonly sought: unknown[] = [];
  connected = false;
  eachBatch: (payload: EachBatchPayload) => Promise<void> = () => Promise.resolve();

  constructor(private readonly refuses: () => boolean) {}

  on(name: string, listener: Listener): void {
    this.listeners.set(name, listener);
  }
  connect(): Promise<void> {
    if (this.refuses()) return Promise.reject(new Error('broker away'));
    this.connected = true;
    return Promise.resolve();
  }
  subscribe(): Promise<void> {
    return Promise.resolve();
  }
  run({ eachBatch }: { eachBatch: (payload: EachBatchPayload) => Promise<void> }): Promise<void> {
    this.eachBatch = eachBatch;
    return Promise.resolve();
  }
  seek(place: unknown): void {
    this.sought.push(place);
  }
  disconnect(): Promise<void> {
    this.connected = false;
    return Promise.resolve();
  }
  join(partitions: number[]): void {
    this.listeners.get('join')?.({ payload: { memberAssignment: { t: partitions } } });
  }
  crash(): void {
    this.listeners.get('crash')?.({ payload: { restart: false, error: new Error('gave up') } });
  }
}

function fixture(options: Partial<SubscribeOptions> = {}) {
  const clock = new ManualClock();
  const consumers: FakeConsumer[] = [];
  const broker = { away: false };
  const kafka = {
    consumer: () => {
      const consumer = new FakeConsumer(() => broker.away);
      consumers.push(consumer);
      return consumer;
    },
  } as unknown as Kafka;
  const given = { group: 'g', topics: ['t'], onBatch: () => Promise.resolve(), ...options };
  const subscription = new KafkaSubscription({ kafka, clock, logger: silentLogger }, given);
  return { clock, consumers, broker, subscription, consumer: () => consumers.at(-1) as FakeConsumer };
}

function payload(count: number, more: Partial<EachBatchPayload> = {}) {
  const log = { resolved: [] as string[], heartbeats: 0, paused: 0, resumed: 0 };
  const messages = Array.from({ length: count }, (_, at) => ({
    offset: String(at),
    key: null,
    value: null,
    timestamp: '1',
    headers: {},
  }));
  const given = {
    batch: { topic: 't', partition: 0, messages },
    resolveOffset: (offset: string) => void log.resolved.push(offset),
    heartbeat: () => Promise.resolve(void (log.heartbeats += 1)),
    pause: () => {
      log.paused += 1;
      return () => void (log.resumed += 1);
    },
    isStale: () => false,
    ...more,
  } as unknown as EachBatchPayload;
  return { given, log };
}

describe('a Kafka subscription', () => {
  it('divides a large batch and resolves what is accepted, part by part', async () => {
    const sizes: number[] = [];
    const { subscription, consumer } = fixture({
      onBatch: ({ records }: Batch) => Promise.resolve(void sizes.push(records.length)),
    });
    await subscription.start();
    const { given, log } = payload(1201);
    await consumer().eachBatch(given);
    expect(sizes).toEqual([500, 500, 201]);
    expect(log.resolved).toEqual(['499', '999', '1200']);
  });

  it('resolves nothing of a refused part, and rests the partition for a while', async () => {
    let calls = 0;
    const onBatch = (): Promise<void> => (++calls === 2 ? Promise.reject(new Error('refused')) : Promise.resolve());
    const { clock, subscription, consumer } = fixture({ onBatch });
    await subscription.start();
    const { given, log } = payload(1201);
    await consumer().eachBatch(given);
    expect(log).toMatchObject({ resolved: ['499'], paused: 1, resumed: 0 });
    await clock.advance(200);
    expect(log.resumed).toBe(1);
  });

  // without them the group would take a member that works long for dead, and give its batch to another
  it('sends heartbeats while a batch is being worked on', async () => {
    const release = Promise.withResolvers<void>();
    const { clock, subscription, consumer } = fixture({ onBatch: () => release.promise });
    await subscription.start();
    const { given, log } = payload(1);
    const working = consumer().eachBatch(given);
    await clock.advance(5_000);
    expect(log.heartbeats).toBeGreaterThanOrEqual(5);
    release.resolve();
    await working;
    const after = log.heartbeats;
    await clock.advance(5_000);
    expect(log.heartbeats).toBe(after);
  });

  it('holds batches back until every partition stands where the database says', async () => {
    const place = Promise.withResolvers<string | null>();
    const batches: Batch[] = [];
    const { subscription, consumer } = fixture({
      startOffset: () => place.promise,
      onBatch: (batch) => Promise.resolve(void batches.push(batch)),
    });
    await subscription.start();
    consumer().join([0]);
    let stale = false;
    const { given } = payload(1, { isStale: () => stale });
    const working = consumer().eachBatch(given);
    stale = true; // as kafkajs says of a partition that was moved
    place.resolve('42');
    await working;
    expect(consumer().sought).toEqual([{ topic: 't', partition: 0, offset: '42' }]);
    expect(batches).toEqual([]);
  });

  it('asks for places again while there is no answer, and not for a generation that is over', async () => {
    let asked = 0;
    const { clock, subscription, consumer } = fixture({
      startOffset: () => (++asked < 3 ? Promise.reject(new Error('away')) : Promise.resolve('7')),
    });
    await subscription.start();
    consumer().join([0]);
    await clock.advance(100);
    consumer().join([1]); // before the first got its answer
    await clock.advance(10_000);
    expect(consumer().sought).toEqual([{ topic: 't', partition: 1, offset: '7' }]);
  });

  // after a rebalance the client may bring a partition again whose old batch is still being worked on
  it('works on one batch of a partition at a time across rebalances', async () => {
    const begun = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    let working = 0;
    let most = 0;
    const { subscription, consumer } = fixture({
      onBatch: async () => {
        most = Math.max(most, ++working);
        begun.resolve();
        await first.promise;
        working -= 1;
      },
    });
    await subscription.start();
    consumer().join([0]);
    const old = payload(1);
    const running = consumer().eachBatch(old.given);
    await begun.promise;
    consumer().join([0]);
    const next = consumer().eachBatch(payload(1).given);
    first.resolve();
    await Promise.all([running, next]);
    expect(most).toBe(1);
    expect(old.log.resolved).toEqual([]); // of a generation that is over
  });

  it('is made anew when the client gives up, as often as it takes', async () => {
    const { clock, consumers, broker, subscription } = fixture();
    await subscription.start();
    broker.away = true;
    consumers[0]?.crash();
    await clock.advance(2_500);
    broker.away = false;
    await clock.advance(1_000);
    expect(consumers.length).toBeGreaterThan(2);
    expect(consumers.at(-1)?.connected).toBe(true);
    consumers[0]?.crash(); // says it again: it is no longer ours
    const made = consumers.length;
    await clock.advance(5_000);
    expect(consumers).toHaveLength(made);
    await subscription.close();
    expect(consumers.at(-1)?.connected).toBe(false);
  });

  it('is not made anew after it was closed', async () => {
    const { clock, consumers, subscription, consumer } = fixture();
    await subscription.start();
    consumer().crash();
    await subscription.close();
    await clock.advance(10_000);
    consumer().crash();
    await clock.advance(10_000);
    expect(consumers).toHaveLength(1);
  });
});
