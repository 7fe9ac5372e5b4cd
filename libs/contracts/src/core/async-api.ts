import type { TSchema } from 'typebox';
import { CloudEvent } from './cloud-event.ts';
import { Approval, Decision } from './decision.ts';
import { Incident } from './finding.ts';
import { OcsfDetectionFinding, OcsfEvent } from './ocsf.ts';
import { Run } from './run.ts';
import { schemaBody } from './schema-documents.ts';
import { SecurityEvent } from './security-event.ts';
import { deadLetterTopic, TOPICS } from './topics.ts';

interface ChannelSpec {
  readonly title: string;
  readonly summary: string;
  readonly action: 'receive' | 'send';
  readonly data: TSchema;
  /** Whether the data comes in a CloudEvents 1.0 envelope. */
  readonly enveloped: boolean;
}

const CHANNELS: Readonly<Record<keyof typeof TOPICS, ChannelSpec>> = {
  securityEvents: {
    title: 'SecurityEvent',
    summary: 'Security events of PDRI and Aegis, as they write them.',
    action: 'receive',
    data: SecurityEvent,
    enveloped: false,
  },
  ocsfEvents: {
    title: 'OcsfEvent',
    summary: 'OCSF events.',
    action: 'receive',
    data: OcsfEvent,
    enveloped: true,
  },
  findingRevised: {
    title: 'FindingRevised',
    summary: 'A finding is new or says more than before: an OCSF Detection Finding.',
    action: 'send',
    data: OcsfDetectionFinding,
    enveloped: true,
  },
  incidentRevised: {
    title: 'IncidentRevised',
    summary: 'An incident is new or says more than before.',
    action: 'send',
    data: Incident,
    enveloped: true,
  },
  actionDecided: {
    title: 'ActionDecided',
    summary: 'The safety gate decided on an action.',
    action: 'send',
    data: Decision,
    enveloped: true,
  },
  approvalRequested: {
    title: 'ApprovalRequested',
    summary: 'An action waits for people. The nonce that a vote must name is not published.',
    action: 'send',
    data: withoutMember(Approval, 'nonce'),
    enveloped: true,
  },
  runFinished: {
    title: 'RunFinished',
    summary: 'A run came to its end.',
    action: 'send',
    data: Run,
    enveloped: true,
  },
};

function withoutMember(schema: TSchema, member: string): TSchema {
  const { properties, required, ...rest } = schema as TSchema & {
    readonly properties: Record<string, TSchema>;
    readonly required: readonly string[];
  };
  const kept = Object.fromEntries(Object.entries(properties).filter(([name]) => name !== member));
  return { ...rest, properties: kept, required: required.filter((name) => name !== member) };
}

function payloadOf({ data, enveloped }: ChannelSpec): Readonly<Record<string, unknown>> {
  const body = schemaBody(data);
  if (!enveloped) return body;
  const envelope = schemaBody(CloudEvent) as { readonly properties: Readonly<Record<string, unknown>> };
  return { ...envelope, properties: { ...envelope.properties, data: body } };
}

/**
 * The AsyncAPI 3.0 document of every topic, as this deployment sees it: what it receives and what it sends.
 * @param version of the product
 */
export function asyncApiDocument(version: string): Readonly<Record<string, unknown>> {
  const entries = Object.entries(CHANNELS) as [keyof typeof TOPICS, ChannelSpec][];
  const channels = entries.map(([name, spec]) => [
    name,
    {
      address: TOPICS[name],
      title: spec.title,
      description: `${spec.summary}${spec.action === 'receive' ? ` What cannot be taken goes to ${deadLetterTopic(TOPICS[name])}.` : ''}`,
      messages: { [spec.title]: { $ref: `#/components/messages/${spec.title}` } },
    },
  ]);
  const operations = entries.map(([name, { action, summary, title }]) => [
    `${action}${title}`,
    {
      action,
      summary,
      channel: { $ref: `#/channels/${name}` },
      messages: [{ $ref: `#/channels/${name}/messages/${title}` }],
    },
  ]);
  const messages = entries.map(([, spec]) => [
    spec.title,
    {
      name: spec.title,
      summary: spec.summary,
      contentType: spec.enveloped ? 'application/cloudevents+json' : 'application/json',
      payload: payloadOf(spec),
    },
  ]);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Dmitry', version, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(channels),
    operations: Object.fromEntries(operations),
    components: { messages: Object.fromEntries(messages) },
  };
}
