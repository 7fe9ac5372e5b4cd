import { describe, expect, it } from '@jest/globals';
import { busClosed } from '../core/index.ts';
import { coordinatorNotReady, kafkaFault } from './kafka-faults.ts';

const fault = (name: string, more: Record<string, unknown> = {}): Error =>
  Object.assign(new Error('x'), { name }, more);

describe('faults of the Kafka client', () => {
  it.each([
    ['a broker that is not there', fault('KafkaJSConnectionError'), 'messaging.unavailable'],
    ['no answer in time', fault('KafkaJSRequestTimeoutError'), 'messaging.unavailable'],
    [
      'retries used up',
      fault('KafkaJSNumberOfRetriesExceeded', { cause: fault('x', { retriable: true }) }),
      'messaging.unavailable',
    ],
    [
      'an unknown topic',
      fault('x', { cause: fault('x', { type: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: true }) }),
      'messaging.topic_unknown',
    ],
    [
      'a record that is refused',
      fault('KafkaJSProtocolError', { type: 'MESSAGE_TOO_LARGE', retriable: false }),
      'messaging.publish_failed',
    ],
    ['anything else', 'a text', 'messaging.publish_failed'],
  ])('%s', (_, thrown, code) => {
    expect(kafkaFault(thrown, 't')).toMatchObject({ code });
  });

  it('tells a group that cannot be served yet from a consumer that is broken', () => {
    const given = fault('KafkaJSNumberOfRetriesExceeded', { cause: fault('x', { type: 'GROUP_LOAD_IN_PROGRESS' }) });
    expect(coordinatorNotReady(given)).toBe(true);
    expect(coordinatorNotReady(fault('x', { type: 'UNKNOWN_MEMBER_ID' }))).toBe(false);
  });

  it('passes a coded fault as it is', () => {
    const coded = busClosed();
    expect(kafkaFault(coded)).toBe(coded);
  });
});
