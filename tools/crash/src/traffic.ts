import { eventually, type Fleet, incidentEvents, tokenFor } from '@dmitry/harness';
import type { Ground } from './scenarios.ts';

/** What was acknowledged: the source and id of each event, by tenant. */
export type Acknowledged = Map<string, Set<string>>;

export const TENANTS = ['alpha', 'beta'] as const;
export const keyOf = (source: string, id: string): string => JSON.stringify([source, id]);

type Event = Readonly<Record<string, unknown>>;

/** The example incident with other ids and other entities, so that each round has findings, decisions and effects of its own. */
const incidentOf = (round: string): readonly Event[] =>
  incidentEvents().map((event) => ({
    ...event,
    event_id: `${String(event['event_id'])}-${round}`,
    target_entity_id: `${String(event['target_entity_id'])}-${round}`,
    identity_id: `${String(event['identity_id'])}-${round}`,
  }));

/** Sends one round to one tenant over Kafka and to the other over HTTP. Resolves when all of it is acknowledged, however often that takes. */
export async function sendRound(ground: Ground, round: string, acknowledged: Acknowledged): Promise<void> {
  const [first, second] = ground.at % 2 === 0 ? TENANTS : ([TENANTS[1], TENANTS[0]] as const);
  await Promise.all([
    overKafka(ground.fleet, first, { events: incidentOf(round), acknowledged }),
    overHttp(ground, second, { events: incidentOf(round), acknowledged }),
  ]);
}

interface Part {
  readonly events: readonly Event[];
  readonly acknowledged: Acknowledged;
}

function note(acknowledged: Acknowledged, tenant: string, events: readonly Event[]): void {
  const known = acknowledged.get(tenant) ?? new Set();
  for (const event of events) known.add(keyOf(String(event['source_system_id']), String(event['event_id'])));
  acknowledged.set(tenant, known);
}

async function overKafka(fleet: Fleet, tenant: string, { events, acknowledged }: Part): Promise<void> {
  await fleet.simulator.ingest(tenant, events);
  const records = events.map((event, at) => ({ key: `records-${at % 16}`, value: JSON.stringify(event) }));
  await fleet.topics.produce(fleet.inputOf(tenant), records);
  note(acknowledged, tenant, events);
}

/** In several requests, each sent again until it is answered with 202: what a producer that lost an answer does. */
async function overHttp(ground: Ground, tenant: string, { events, acknowledged }: Part): Promise<void> {
  await ground.fleet.simulator.ingest(tenant, events);
  const token = await tokenFor(tenant, ['service'], { ttlSeconds: 86_400 });
  for (let from = 0; from < events.length; from += 6) {
    const records = events.slice(from, from + 6);
    await eventually(
      'an acknowledgement',
      async () => {
        const answer = await ground.gateway.call('POST', '/v1/events', { token, body: { records } }).catch(() => null);
        return answer?.status === 202 && answer.json.refused === 0 && answer.json.conflicts === 0 ? true : null;
      },
      { withinMs: 60_000, everyMs: 50 },
    );
    note(acknowledged, tenant, records);
  }
}
