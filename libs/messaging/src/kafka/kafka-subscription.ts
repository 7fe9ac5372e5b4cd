import type { Clock, Logger } from '@dmitry/kit';
import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import {
  type IncomingRecord,
  MAX_BATCH_RECORDS,
  redeliveryDelayMs,
  type SubscribeOptions,
  type Subscription,
} from '../core/index.ts';
import { coordinatorNotReady } from './kafka-faults.ts';
import { incomingRecord } from './kafka-records.ts';

export interface SubscriptionParts {
  readonly kafka: Kafka;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often a member tells the group that it lives, also while a batch is being worked on. */
const HEARTBEAT_MS = 1_000;
/** How long a member that died keeps its partitions; a batch may take longer, its heartbeats go on. */
const SESSION_TIMEOUT_MS = 10_000;
const REBALANCE_TIMEOUT_MS = 60_000;
/** How long a fetch waits for records; kafkajs waits as long before it notices anything else, so leaving takes this long. */
const FETCH_WAIT_MS = 250;
/** How long to wait before a consumer that gave up is made anew. */
const RESTART_MS = 1_000;
const PARTITIONS_AT_ONCE = 4;
/** Few tries in a row: a new consumer finds its way back sooner than one that holds on to a broker that was replaced. */
const CONSUMER_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 };

/** What is known of a partition while this subscription has it. */
interface PartitionState {
  failures: number;
  /** The end of the batch that is being worked on; a rebalance may bring the next before that. */
  busy: Promise<unknown>;
}

/** One member of a consumer group. */
export class KafkaSubscription implements Subscription {
  private consumer: Consumer | null = null;
  private readonly partitions = new Map<string, PartitionState>();
  private readonly leaving = new AbortController();
  private generation = 0;
  /** Resolves when the partitions of this generation stand where the database says. */
  private placed: Promise<void> = Promise.resolve();
  private starting: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: SubscriptionParts,
    private readonly options: SubscribeOptions,
  ) {}

  async start(): Promise<void> {
    const consumer = this.parts.kafka.consumer({
      groupId: this.options.group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      allowAutoTopicCreation: false,
      retry: { ...CONSUMER_RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
    this.consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, (event) => this.joined(consumer, event));
    consumer.on(consumer.events.CRASH, (event) => this.crashed(consumer, event));
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    await consumer.run({
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => this.eachBatch(payload),
    });
  }

  async close(): Promise<void> {
    this.leaving.abort();
    await this.starting;
    await this.consumer?.disconnect();
  }

  private get left(): boolean {
    return this.leaving.signal.aborted;
  }

  /** kafkajs tells before it fetches; batches wait until every partition is in its place. */
  private joined(consumer: Consumer, { payload }: ConsumerGroupJoinEvent): void {
    this.generation += 1;
    this.placed = this.place(consumer, payload.memberAssignment, this.generation);
  }

  private async place(consumer: Consumer, assignment: Record<string, number[]>, generation: number): Promise<void> {
    const { startOffset } = this.options;
    if (!startOffset) return;
    const places = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    for (const { topic, partition } of places) {
      const offset = await this.persist(() => startOffset(topic, partition), generation);
      if (generation !== this.generation || this.left) return;
      if (offset !== null) consumer.seek({ topic, partition, offset });
    }
  }

  /** Asks until there is an answer: without one a partition would start at the wrong place. */
  private async persist(ask: () => Promise<string | null>, generation: number): Promise<string | null> {
    for (let failures = 1; ; failures++) {
      try {
        return await ask();
      } catch (error) {
        this.parts.logger.warn('messaging.start_offset_failed', { group: this.options.group, error });
        await this.pause(failures);
        if (generation !== this.generation || this.left) return null;
      }
    }
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const stopHeartbeats = this.parts.clock.every(HEARTBEAT_MS, () => {
      payload.heartbeat().catch(() => undefined); // a rebalance is met after the batch
    });
    try {
      await this.inTurn(payload);
    } finally {
      stopHeartbeats();
    }
    await payload.heartbeat();
  }

  private async inTurn(payload: EachBatchPayload): Promise<void> {
    const { generation } = this; // the one that fetched it; waiting may outlast it
    const state = this.stateOf(payload);
    const before = state.busy;
    const { promise, resolve } = Promise.withResolvers<void>();
    state.busy = promise;
    try {
      await before;
      await this.placed;
      await this.work(payload, state, generation);
    } finally {
      resolve();
    }
  }

  private async work(payload: EachBatchPayload, state: PartitionState, generation: number): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const outdated = (): boolean => generation !== this.generation || this.left || payload.isStale();
    for (let from = 0; from < messages.length && !outdated(); from += MAX_BATCH_RECORDS) {
      const records = messages.slice(from, from + MAX_BATCH_RECORDS).map(incomingRecord);
      if (!(await this.accepted(payload, records))) return this.comeAgain(payload, ++state.failures);
      state.failures = 0;
      const last = records.at(-1);
      if (last && generation === this.generation) payload.resolveOffset(last.offset);
    }
    this.parts.logger.debug('messaging.batch_accepted', { topic, partition, records: messages.length });
  }

  private async accepted({ batch }: EachBatchPayload, records: readonly IncomingRecord[]): Promise<boolean> {
    const { topic, partition, highWatermark: endOffset } = batch;
    try {
      await this.options.onBatch({ topic, partition, records, endOffset });
      return true;
    } catch (error) {
      this.parts.logger.warn('messaging.batch_refused', { group: this.options.group, topic, partition, error });
      return false;
    }
  }

  /** The partition rests, the others go on; unresolved offsets are fetched again. */
  private comeAgain(payload: EachBatchPayload, failures: number): void {
    const resume = payload.pause();
    void this.pause(failures).then(() => (this.left ? undefined : resume()));
  }

  private async pause(failures: number): Promise<void> {
    await this.parts.clock.sleep(redeliveryDelayMs(failures), this.leaving.signal).catch(() => undefined);
  }

  private stateOf({ batch }: EachBatchPayload): PartitionState {
    const name = `${batch.topic}/${batch.partition}`;
    const state = this.partitions.get(name) ?? { failures: 0, busy: Promise.resolve() };
    this.partitions.set(name, state);
    return state;
  }

  /** A consumer that gave up is not revived but replaced: its own restarts neither end when it is closed nor always succeed. */
  private crashed(consumer: Consumer, { payload }: ConsumerCrashEvent): void {
    if (consumer !== this.consumer || this.left) return;
    const { logger } = this.parts;
    const { group } = this.options;
    if (coordinatorNotReady(payload.error)) logger.info('messaging.group_not_ready', { group });
    else logger.error('messaging.consumer_crashed', { group, error: payload.error });
    this.starting = this.startAnew();
  }

  private async startAnew(): Promise<void> {
    while (!this.left) {
      await this.parts.clock.sleep(RESTART_MS, this.leaving.signal).catch(() => undefined);
      if (this.left) return;
      try {
        await this.start();
        return;
      } catch (error) {
        this.parts.logger.warn('messaging.consumer_restart_failed', { group: this.options.group, error });
        await this.consumer?.disconnect().catch(() => undefined);
      }
    }
  }
}
