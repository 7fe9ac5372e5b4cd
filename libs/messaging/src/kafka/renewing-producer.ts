import type { Producer } from 'kafkajs';
import type { OutgoingRecord } from '../core/index.ts';
import { topicMessages } from './kafka-records.ts';

/**
 * An idempotent producer that is replaced after every failure. kafkajs numbers the next batch as it did the failed one; when the broker had
 * stored that one and only its answer was lost, it would take the next for a repetition and confirm what it never stored. A new producer has
 * a new id and starts counting anew: then a failed batch may be stored twice, and none is lost.
 */
export class RenewingProducer {
  private current: Promise<Producer> | null = null;

  constructor(private readonly make: () => Producer) {}

  async connect(): Promise<void> {
    await this.connected();
  }

  /** To be called once at a time. */
  async send(records: readonly OutgoingRecord[]): Promise<void> {
    const producer = await this.connected();
    try {
      await producer.sendBatch({ acks: -1, topicMessages: topicMessages(records) });
    } catch (error) {
      await this.discard(producer);
      throw error;
    }
  }

  async disconnect(): Promise<void> {
    const producer = await this.current?.catch(() => null);
    if (producer) await this.discard(producer);
  }

  private connected(): Promise<Producer> {
    this.current ??= this.open();
    return this.current;
  }

  private async open(): Promise<Producer> {
    const producer = this.make();
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await this.discard(producer);
      throw error;
    }
  }

  private async discard(producer: Producer): Promise<void> {
    this.current = null;
    await producer.disconnect().catch(() => undefined); // it may have lost its connection already
  }
}
