import { DmitryError, isDmitryError } from '@dmitry/kit';
import { busUnavailable, publishFailed, topicUnknown } from '../core/index.ts';

interface KafkaFault {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly retriable?: unknown;
  readonly cause?: unknown;
}

/** The fault and what it was made of, outermost first. */
function* chainOf(error: unknown): Generator<KafkaFault> {
  for (let fault = error; typeof fault === 'object' && fault !== null; fault = (fault as KafkaFault).cause) yield fault;
}

/** A cluster that has just begun, or moved a group: its coordinator says so until it has read what it needs. */
const NOT_READY = new Set(['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP']);

/** Whether a consumer gave up only because its group cannot be served yet: nothing is wrong, and trying again is all it takes. */
export const coordinatorNotReady = (error: unknown): boolean =>
  [...chainOf(error)].some(({ type }) => NOT_READY.has(String(type)));

/** What kafkajs threw as a coded fault. @param topic what it was about, where that is known */
export function kafkaFault(error: unknown, topic = ''): DmitryError {
  if (isDmitryError(error)) return error;
  const chain = [...chainOf(error)];
  if (chain.some(({ type }) => type === 'UNKNOWN_TOPIC_OR_PARTITION')) return topicUnknown(topic, error);
  const innermost = chain.at(-1);
  // whatever may succeed later is the bus's trouble; the rest is what we sent
  const passing =
    innermost?.retriable === true || chain.some(({ name }) => /Connection|Broker|Timeout/.test(String(name)));
  return passing ? busUnavailable(error) : publishFailed(topic, error);
}
