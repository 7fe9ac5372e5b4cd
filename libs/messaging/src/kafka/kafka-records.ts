import type { IHeaders, KafkaMessage, Message, TopicMessages } from 'kafkajs';
import type { IncomingRecord, OutgoingRecord } from '../core/index.ts';

/** Records as one request: by topic, in their order. */
export function topicMessages(records: readonly OutgoingRecord[]): TopicMessages[] {
  const byTopic = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of records) {
    const messages = byTopic.get(topic) ?? [];
    messages.push({ key, value: bufferOf(value), headers: { ...headers } });
    byTopic.set(topic, messages);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}

export const incomingRecord = ({ offset, key, value, headers, timestamp }: KafkaMessage): IncomingRecord => ({
  offset,
  key: key === null ? null : key.toString('utf8'),
  value: value === null ? new Uint8Array(0) : new Uint8Array(value),
  headers: textHeaders(headers ?? {}),
  timestampMs: Number(timestamp),
});

/** Kafka's headers may be bytes and may repeat; ours are text, of which the last one counts. */
function textHeaders(headers: IHeaders): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers)) {
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value !== undefined) texts[name] = typeof value === 'string' ? value : value.toString('utf8');
  }
  return texts;
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
