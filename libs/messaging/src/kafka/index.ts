/** The event bus on Apache Kafka. */
export { KafkaEventBus } from './kafka-event-bus.ts';
export type { KafkaOptions } from './kafka-options.ts';
export { ensureTopics } from './kafka-topics.ts';
export type { TopicPlan } from './kafka-topics.ts';
