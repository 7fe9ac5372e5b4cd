import { ENTITY_TYPES, OCSF_CLASS } from '@dmitry/contracts';
import { at, flagAt, itemsAt, numberAt, textAt, textsAt } from './json.ts';
import type { Observation, ObservedParty } from './observation.ts';

type Head = Pick<Observation, 'eventId' | 'source' | 'timeMs'>;
interface RoledParty extends ObservedParty {
  readonly role: string;
}

/** A normalised event: the OCSF event says what happened, `entities` say to whom. */
export function ocsfObservation(event: unknown, head: Head): Observation {
  const ocsf = at(event, 'ocsf');
  const parties = itemsAt(event, 'entities').flatMap(partyOf);
  const first = (role: string) => parties.find((party) => party.role === role);
  const actor = first('actor');
  const tool = parties.find((party) => party.role === 'actor' && party.type === 'ai_tool' && party.id !== actor?.id);
  const origin = first('origin');
  const bytes = bytesOf(ocsf);
  const type = typeOf(ocsf, bytes);
  return {
    ...head,
    type,
    actor: actor && { ...actor, fields: actorFields(ocsf, actor) },
    tool: tool && { ...tool, fields: toolFields(ocsf) },
    target: first('target'),
    outside: origin,
    direction: directionOf(ocsf, { type, origin, bytes }),
    tags: textsAt(ocsf, 'pdri', 'sensitivity_tags').filter((tag) => tag !== 'unknown'),
    bytes,
  };
}

function partyOf(item: unknown): RoledParty[] {
  const type = ENTITY_TYPES.find((known) => known === at(item, 'type'));
  const id = textAt(item, 'id');
  return type && id ? [{ type, id, role: textAt(item, 'role') ?? 'target' }] : [];
}

/** Bytes that left the store: the extension `pdri`, or what CloudTrail adds to data events. */
const bytesOf = (ocsf: unknown): number =>
  Math.max(
    0,
    numberAt(ocsf, 'pdri', 'data_volume_bytes') ??
      numberAt(ocsf, 'unmapped', 'additionalEventData', 'bytesTransferredOut') ??
      0,
  );

const GRANTS =
  /^(Attach|Put)(User|Group|Role)Policy$|^(CreateAccessKey|CreateLoginProfile|UpdateLoginProfile|AddUserToGroup|UpdateAssumeRolePolicy)$/;

/** The PDRI event type of an OCSF event: what the event says itself, else by its operation and class. */
function typeOf(ocsf: unknown, bytes: number): string {
  const said = textAt(ocsf, 'pdri', 'event_type');
  if (said !== undefined) return said;
  const failed = numberAt(ocsf, 'status_id') === 2;
  if (numberAt(ocsf, 'class_uid') === OCSF_CLASS.authentication)
    return failed ? 'SYSTEM_AUTH_FAILURE' : 'SYSTEM_ACCESS';
  if (failed) return 'REFUSED_CALL';
  if (GRANTS.test(textAt(ocsf, 'api', 'operation') ?? '')) return 'PRIVILEGE_ESCALATION';
  return bytes > 0 ? 'DATA_EXPORT' : 'SYSTEM_ACCESS';
}

function directionOf(ocsf: unknown, seen: { type: string; origin: RoledParty | undefined; bytes: number }): string {
  const said = textAt(ocsf, 'pdri', 'exposure_direction');
  if (said !== undefined) return said;
  if (seen.type === 'DATA_EXPORT' && seen.origin) return 'internal_to_external';
  return seen.origin ? 'external_to_internal' : 'internal_to_internal';
}

function actorFields(ocsf: unknown, actor: RoledParty) {
  if (actor.type === 'ai_tool') return toolFields(ocsf);
  return {
    privilege_level: textAt(ocsf, 'pdri', 'privilege_level'),
    has_mfa: flagAt(ocsf, 'is_mfa'),
    is_active: true,
  };
}

const toolFields = (ocsf: unknown) => ({
  vendor: textAt(ocsf, 'pdri', 'ai', 'vendor'),
  model_name: textAt(ocsf, 'pdri', 'ai', 'model_name'),
  is_sanctioned:
    textAt(ocsf, 'pdri', 'event_type') === 'UNSANCTIONED_AI_TOOL' ? false : flagAt(ocsf, 'pdri', 'ai', 'is_sanctioned'),
  sends_data_external: flagAt(ocsf, 'pdri', 'ai', 'sends_data_external'),
});
