/** The event bus on Apache Kafka. */
export { KafkaEventBus } from './kafka-event-bus.ts';
export type { KafkaOptions } from './kafka-options.ts';
export { ensureTopics, missingTopics, prepareTopics } from './kafka-topics.ts';
export type { TopicNeeds, TopicPlan, TopicShape } from './kafka-topics.ts';
