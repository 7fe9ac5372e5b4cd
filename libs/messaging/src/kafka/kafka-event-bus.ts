import { assertNoOpenTransaction, type Clock, type Logger, silentLogger } from '@dmitry/kit';
import { SystemClock } from '@dmitry/kit/node';
import { type Admin, Kafka, Partitioners } from 'kafkajs';
import {
  busClosed,
  type EventBus,
  type OutgoingRecord,
  refuseTooLarge,
  type SubscribeOptions,
  type Subscription,
} from '../core/index.ts';
import { clientConfig, retryPolicy } from './kafka-client.ts';
import { kafkaFault } from './kafka-faults.ts';
import type { KafkaOptions } from './kafka-options.ts';
import { KafkaSubscription } from './kafka-subscription.ts';
import { KnownTopics } from './known-topics.ts';
import { PublishQueue } from './publish-queue.ts';
import { RenewingProducer } from './renewing-producer.ts';
import { patchRequestQueue } from './request-queue-patch.ts';

/**
 * Apache Kafka through kafkajs. Publishing is idempotent and waits for all in-sync replicas; calls that come together share a request.
 */
export class KafkaEventBus implements EventBus {
  private readonly subscriptions = new Set<KafkaSubscription>();
  private readonly queue: PublishQueue;
  private readonly topics: KnownTopics;
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly kafka: Kafka,
    private readonly producer: RenewingProducer,
    private readonly admin: Admin,
    private readonly parts: { readonly clock: Clock; readonly logger: Logger },
  ) {
    this.topics = new KnownTopics(() => this.admin.listTopics());
    this.queue = new PublishQueue((records) => this.coded(() => this.send(records), records[0]?.topic));
  }

  /** @throws DmitryError `messaging.unavailable` */
  static async open(options: KafkaOptions): Promise<KafkaEventBus> {
    patchRequestQueue();
    const logger = options.logger ?? silentLogger;
    const kafka = new Kafka(clientConfig(options));
    const producer = new RenewingProducer(() =>
      kafka.producer({
        idempotent: true,
        allowAutoTopicCreation: false,
        createPartitioner: Partitioners.DefaultPartitioner,
        retry: retryPolicy(options),
      }),
    );
    const bus = new KafkaEventBus(kafka, producer, kafka.admin(), {
      clock: options.clock ?? new SystemClock(),
      logger,
    });
    await bus.connect();
    return bus;
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    assertNoOpenTransaction('publishing');
    this.refuseClosed();
    refuseTooLarge(records);
    await this.queue.add(records);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    this.refuseClosed();
    const subscription = new KafkaSubscription({ kafka: this.kafka, ...this.parts }, options);
    this.subscriptions.add(subscription);
    try {
      await this.coded(async () => {
        await this.topics.require(options.topics);
        await subscription.start();
      }, options.topics.join(', '));
    } catch (error) {
      await this.leave(subscription);
      throw error;
    }
    return { close: () => this.leave(subscription) };
  }

  async ping(): Promise<void> {
    this.refuseClosed();
    await this.coded(() => this.admin.describeCluster());
  }

  close(): Promise<void> {
    this.closing ??= this.disconnect();
    return this.closing;
  }

  private async connect(): Promise<void> {
    try {
      await this.coded(() => Promise.all([this.producer.connect(), this.admin.connect()]));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  private async send(records: readonly OutgoingRecord[]): Promise<void> {
    await this.topics.require(records.map(({ topic }) => topic));
    try {
      await this.producer.send(records);
    } catch (error) {
      this.topics.forget();
      throw error;
    }
  }

  private async disconnect(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => this.leave(subscription)));
    await this.queue.idle();
    await Promise.all([this.producer.disconnect(), this.admin.disconnect()]);
  }

  private async leave(subscription: KafkaSubscription): Promise<void> {
    if (this.subscriptions.delete(subscription)) await subscription.close();
  }

  private async coded<T>(call: () => Promise<T>, topic?: string): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw kafkaFault(error, topic);
    }
  }

  private refuseClosed(): void {
    if (this.closing) throw busClosed();
  }
}
