import type { Metrics } from '@dmitry/telemetry';
import { type Batch, type EventBus, nextOffset, type OutgoingRecord, type SubscribeOptions } from './event-bus.port.ts';

/** Counts what goes over a bus, by topic: a deployment has as many labels as it has topics and partitions. */
export function measuredEventBus(bus: EventBus, metrics: Metrics): EventBus {
  const published = metrics.counter('messaging_records_published_total', 'Records that the bus has taken', ['topic']);
  const consumed = metrics.counter('messaging_records_consumed_total', 'Records that were accepted', ['topic']);
  const refused = metrics.counter('messaging_batches_refused_total', 'Batches that will come again', ['topic']);
  const lag = metrics.gauge('messaging_consumer_lag_records', 'Records of a partition that are not accepted yet', [
    'topic',
    'partition',
  ]);
  const behind = (batch: Batch, next: string): void => {
    const { topic, partition, endOffset } = batch;
    if (endOffset === undefined) return;
    lag.set(Math.max(0, Number(BigInt(endOffset) - BigInt(next))), { topic, partition: String(partition) });
  };
  const accept = async (batch: Batch, { onBatch }: SubscribeOptions): Promise<void> => {
    const { topic, records } = batch;
    behind(batch, records[0]?.offset ?? nextOffset(batch));
    try {
      await onBatch(batch);
    } catch (error) {
      refused.add(1, { topic });
      throw error;
    }
    consumed.add(records.length, { topic });
    behind(batch, nextOffset(batch));
  };
  return {
    publish: async (records) => {
      await bus.publish(records);
      for (const [topic, count] of countByTopic(records)) published.add(count, { topic });
    },
    subscribe: (options) => bus.subscribe({ ...options, onBatch: (batch) => accept(batch, options) }),
    ping: () => bus.ping(),
    close: () => bus.close(),
  };
}

function countByTopic(records: readonly OutgoingRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { topic } of records) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}
