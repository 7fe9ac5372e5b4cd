/** The door of @dmitry/messaging: Event bus on Kafka or in process, with inbox, outbox and dead letters. */
export {};
