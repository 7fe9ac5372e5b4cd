import { ENTITY_TYPES, type EntityRef, type EntityType } from '@dmitry/contracts';
import type { FieldValue } from './graph.ts';
import { at, flagAt, isObject, numberAt, textAt, textsAt } from './json.ts';
import { ocsfObservation } from './ocsf-observation.ts';

export interface ObservedParty extends EntityRef {
  readonly name?: string | undefined;
  readonly fields?: Readonly<Record<string, FieldValue | undefined>>;
}

/** What one event says about the graph, whatever shape it came in. */
export interface Observation {
  readonly eventId: string;
  readonly source: string;
  readonly type: string;
  readonly timeMs: number;
  readonly actor?: ObservedParty | undefined;
  /** The AI tool through which the actor works, where it is not the actor. */
  readonly tool?: ObservedParty | undefined;
  readonly target?: ObservedParty | undefined;
  /** The store that the target's data came from. */
  readonly sourceStore?: ObservedParty | undefined;
  /** Where data goes, or where the actor comes from. */
  readonly outside?: ObservedParty | undefined;
  readonly direction: string;
  readonly tags: readonly string[];
  readonly bytes: number;
}

export type ReadObservation =
  { readonly ok: true; readonly observation: Observation } | { readonly ok: false; readonly error: string };

const PREFIXES: Readonly<Record<string, EntityType>> = {
  datastore: 'data_store',
  data_store: 'data_store',
  service: 'service',
  ai: 'ai_tool',
  ai_tool: 'ai_tool',
  identity: 'identity',
  user: 'identity',
  api: 'api',
  external: 'external',
};

/** Type of an entity by its named type, else by the prefix of its id (domain 8.9), else the fallback. */
export function entityTypeOf(id: string, named: string | undefined, fallback: EntityType): EntityType {
  const byName = ENTITY_TYPES.find((type) => type === named) ?? (named === 'saas_app' ? 'external' : undefined);
  const prefix = id.split(':', 1)[0]?.toLowerCase() ?? '';
  return byName ?? (Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix] : undefined) ?? fallback;
}

/**
 * Reads an event in any of the three shapes that ingest takes: PDRI's `SecurityEvent`, the REST ingest body (domain 8.4), and a
 * normalised event `{event_id, source_system_id, timestamp, ocsf, entities}`.
 */
export function readObservation(event: unknown, receivedMs: number): ReadObservation {
  const eventId = textAt(event, 'event_id');
  const source = textAt(event, 'source_system_id');
  if (eventId === undefined || source === undefined) {
    return { ok: false, error: 'event_id and source_system_id are required, both texts' };
  }
  const stamp = at(event, 'timestamp');
  const timeMs =
    stamp === undefined || stamp === null ? receivedMs : Date.parse(typeof stamp === 'string' ? stamp : '');
  if (Number.isNaN(timeMs)) return { ok: false, error: 'timestamp must be an ISO 8601 time' };
  const head = { eventId, source, timeMs };
  if (isObject(at(event, 'ocsf'))) return { ok: true, observation: ocsfObservation(event, head) };
  const type = textAt(event, 'event_type');
  if (type === undefined) return { ok: false, error: 'event_type is required' };
  return { ok: true, observation: securityObservation(event, { ...head, type }) };
}

type Head = Pick<Observation, 'eventId' | 'source' | 'timeMs' | 'type'>;

function securityObservation(event: unknown, head: Head): Observation {
  const toolId = textAt(event, 'ai_context', 'ai_tool_id') ?? textAt(event, 'metadata', 'agent');
  const volumes = [numberAt(event, 'data_volume_estimate'), numberAt(event, 'ai_context', 'data_volume_bytes')];
  const actor = actorOf(event, toolId);
  return {
    ...head,
    direction: textAt(event, 'exposure_direction') ?? 'internal_to_internal',
    tags: textsAt(event, 'sensitivity_tags').filter((tag) => tag !== 'unknown'),
    bytes: Math.max(0, ...volumes.map((bytes) => bytes ?? 0)),
    actor,
    tool:
      toolId === undefined || toolId === actor?.id
        ? undefined
        : { type: 'ai_tool', id: toolId, fields: toolFields(event) },
    target: targetOf(event, head.type),
    sourceStore: storeOf(event),
    outside: outsideOf(event),
  };
}

function actorOf(event: unknown, toolId: string | undefined): ObservedParty | undefined {
  const id = textAt(event, 'identity_id');
  if (id === undefined) return undefined;
  const type = id === toolId ? 'ai_tool' : entityTypeOf(id, undefined, 'identity');
  const fields =
    type === 'ai_tool'
      ? toolFields(event)
      : {
          privilege_level: textAt(event, 'privilege_level'),
          has_mfa: flagAt(event, 'metadata', 'has_mfa'),
          is_active: true,
        };
  return { type, id, name: textAt(event, 'identity_name'), fields };
}

function toolFields(event: unknown): Readonly<Record<string, FieldValue | undefined>> {
  const said = (member: string) => flagAt(event, 'ai_context', member) ?? flagAt(event, 'metadata', member);
  return {
    vendor: textAt(event, 'ai_context', 'vendor') ?? textAt(event, 'metadata', 'vendor'),
    model_name: textAt(event, 'ai_context', 'model_name'),
    is_sanctioned: textAt(event, 'event_type') === 'UNSANCTIONED_AI_TOOL' ? false : said('is_sanctioned'),
    sends_data_external: said('sends_data_external'),
  };
}

function targetOf(event: unknown, eventType: string): ObservedParty | undefined {
  const id = textAt(event, 'target_entity_id') ?? textAt(event, 'entity_id');
  if (id === undefined) return undefined;
  const type = entityTypeOf(id, textAt(event, 'entity_type'), 'data_store');
  const fields =
    type === 'ai_tool' && /^(UNSANCTIONED_AI_TOOL|AI_)/.test(eventType)
      ? toolFields(event)
      : {
          data_classification: textAt(event, 'metadata', 'data_classification'),
          is_public: flagAt(event, 'metadata', 'is_public'),
        };
  return { type, id, name: textAt(event, 'entity_name'), fields };
}

function storeOf(event: unknown): ObservedParty | undefined {
  const id = textAt(event, 'metadata', 'source_entity_id');
  return id === undefined ? undefined : { type: entityTypeOf(id, undefined, 'data_store'), id };
}

function outsideOf(event: unknown): ObservedParty | undefined {
  const id = textAt(event, 'metadata', 'destination');
  return id === undefined ? undefined : { type: entityTypeOf(id, undefined, 'external'), id };
}
