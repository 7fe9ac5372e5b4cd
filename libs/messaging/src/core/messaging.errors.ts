import { DmitryError } from '@dmitry/kit';
import { MAX_RECORD_BYTES, type OutgoingRecord, recordBytes } from './event-bus.port.ts';

export const busUnavailable = (cause?: unknown): DmitryError =>
  new DmitryError('messaging.unavailable', 'the event bus does not answer: try again later', {
    retryable: true,
    cause,
  });

export const busClosed = (): DmitryError =>
  new DmitryError('messaging.closed', 'the event bus has been closed by this process: open it again');

export const topicUnknown = (topic: string, cause?: unknown): DmitryError =>
  new DmitryError('messaging.topic_unknown', 'the event bus has no such topic: create it, or correct its name', {
    context: { topic },
    cause,
  });

export const topicsMissing = (topics: readonly string[]): DmitryError =>
  new DmitryError(
    'messaging.topics_missing',
    `the event bus lacks ${topics.length} topics that are needed: create ${topics.join(', ')}, or set KAFKA_CREATE_TOPICS=true`,
    { context: { topics: topics.join(', ') } },
  );

export const publishFailed = (topic: string, cause: unknown): DmitryError =>
  new DmitryError(
    'messaging.publish_failed',
    'the event bus refused the records: see that the topic exists and takes them',
    {
      context: { topic },
      cause,
    },
  );

/** @throws DmitryError `messaging.record_too_large` for the first record that no bus would take */
export function refuseTooLarge(records: readonly OutgoingRecord[]): void {
  for (const record of records) {
    const bytes = recordBytes(record);
    if (bytes <= MAX_RECORD_BYTES) continue;
    throw new DmitryError(
      'messaging.record_too_large',
      `a record has ${bytes} bytes, at most ${MAX_RECORD_BYTES} are taken: split it`,
      {
        context: { topic: record.topic, bytes },
      },
    );
  }
}

export const deadLetterNotFound = (id: string): DmitryError =>
  new DmitryError('messaging.dead_letter_not_found', 'this tenant has no dead letter of that id: list them first', {
    severity: 'info',
    context: { id },
  });

export const deadLetterOffTheBus = (id: string): DmitryError =>
  new DmitryError(
    'messaging.dead_letter_off_the_bus',
    'this record never was on the bus: whoever sent it has to send it again, new content under a new id',
    { severity: 'info', context: { id } },
  );

export const deadLetterErased = (id: string): DmitryError =>
  new DmitryError(
    'messaging.dead_letter_erased',
    'the bytes of this dead letter were erased with their key: it cannot be replayed',
    {
      severity: 'info',
      context: { id },
    },
  );
