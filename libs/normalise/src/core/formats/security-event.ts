import { EXPOSURE_DIRECTIONS } from '@dmitry/contracts';
import { classOf, EntityList, metadataOf, present, presentOrNone, severityIdOf } from '../event-parts.ts';
import type { FormatAdapter, MappedEvent, NormaliseContext, Mapping } from '../format.port.ts';
import type { NormaliseFault } from '../normalise.errors.ts';
import { invalid, isId, ownTimeMs, tenantFaults } from '../record-checks.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { isAegisFinding, mapAegisFinding } from './aegis-finding.ts';
import { classificationsOf, entityTypeOf, EVENT_TYPE_MAP, eventTypeOf } from './pdri-scales.ts';

const isSecurityEvent = (source: TrackedRecord): boolean =>
  typeof source.peek('event_id') === 'string' &&
  typeof source.peek('event_type') === 'string' &&
  source.peek('source_system_id') !== undefined;

/** PDRI's SecurityEvent (topic and REST ingest body) and Aegis's findings. */
export const securityEventFormat: FormatAdapter = {
  name: 'security-event',
  recognises: (source) => isSecurityEvent(source) || isAegisFinding(source),
  map(source, context) {
    return isAegisFinding(source) ? mapAegisFinding(source, context) : mapSecurityEvent(source, context);
  },
};

interface Checked {
  readonly id: string;
  readonly type: string;
  readonly system: string;
  readonly timeMs: number;
}

function check(source: TrackedRecord, context: NormaliseContext): Checked | { faults: NormaliseFault[] } {
  const id = source.text('event_id') ?? '';
  const system = source.text('source_system_id') ?? context.source ?? '';
  const type = eventTypeOf(source.text('event_type') ?? '');
  const timeMs = ownTimeMs(source, 'timestamp', context);
  const faults = [
    ...invalid(isId(id), '/event_id', 'a text of 1 to 256 characters is needed'),
    ...invalid(isId(system), '/source_system_id', 'a text of 1 to 256 characters is needed'),
    ...invalid(Object.hasOwn(EVENT_TYPE_MAP, type), '/event_type', `must be one of ${TYPES}`),
    ...invalid(timeMs !== undefined, '/timestamp', 'an ISO 8601 time is needed'),
    ...exposureFaults(source),
    ...tenantFaults(source, context),
  ];
  return timeMs === undefined || faults.length > 0 ? { faults } : { id, type, system, timeMs };
}

const TYPES = Object.keys(EVENT_TYPE_MAP).join(', ');
const DIRECTIONS: readonly unknown[] = EXPOSURE_DIRECTIONS;

function exposureFaults(source: TrackedRecord): NormaliseFault[] {
  const direction = source.peek('exposure_direction') ?? 'internal_to_internal';
  const volume = source.peek('data_volume_estimate') ?? 0;
  const bytes = typeof volume === 'number' && volume >= 0;
  return [
    ...invalid(DIRECTIONS.includes(direction), '/exposure_direction', `must be one of ${DIRECTIONS.join(', ')}`),
    ...invalid(bytes, '/data_volume_estimate', 'a number of bytes, 0 or more, is needed'),
  ];
}

function mapSecurityEvent(source: TrackedRecord, context: NormaliseContext): Mapping {
  const checked = check(source, context);
  if ('faults' in checked) return checked;
  const { id, type, system, timeMs } = checked;
  const mapping = EVENT_TYPE_MAP[type] ?? { classUid: 0, activityId: 0 };
  const title = type.toLowerCase().replaceAll('_', ' ');
  const finding = mapping.classUid === 2004 ? { uid: id, title, types: [type] } : undefined;
  const { entities, parts } = partiesOf(source, system);
  const event = present({
    ...classOf(mapping.classUid, mapping.activityId),
    activity_name: mapping.activityName,
    time: timeMs,
    severity_id: severityIdOf(source.text('severity')),
    status_id: mapping.statusId,
    message: title,
    metadata: { ...metadataOf(context, id, { name: system, vendor_name: 'PDRI' }), event_code: type },
    finding_info: finding,
    ...parts,
    ...exposureOf(source, type),
  });
  return { event: event as MappedEvent['event'], identity: { source: system, id, timeMs }, entities };
}

/** Who, whom and through which tool. An identity that is the tool itself is the tool (PDRI's ingest says so). */
function partiesOf(source: TrackedRecord, system: string) {
  const list = new EntityList();
  const actor = actingParties(source, list);
  const target = source.text('target_entity_id') ?? source.text('entity_id');
  const name = source.text('entity_name');
  const named = source.text('entity_type');
  const type = target ? entityTypeOf(target, named, 'data_store') : undefined;
  if (type) list.add(type, target, 'target');
  list.add('service', system, 'reporter');
  const parts = {
    actor,
    user: target && type === 'identity' ? { uid: target } : undefined,
    resources: target ? [present({ uid: target, name, type })] : undefined,
  };
  return { entities: list.list, parts };
}

function actingParties(source: TrackedRecord, list: EntityList) {
  const tool = source.text('ai_context', 'ai_tool_id');
  const uid = source.text('identity_id');
  const name = source.text('identity_name');
  if (uid) list.add(uid === tool ? 'ai_tool' : entityTypeOf(uid, undefined, 'identity'), uid, 'actor');
  if (tool && tool !== uid) list.add('ai_tool', tool, 'actor');
  return uid ? { user: present({ uid, name }) } : undefined;
}

/** What OCSF 1.5 has no attribute for stands in the extension object `pdri`, under PDRI's own names and units (bytes). */
function exposureOf(source: TrackedRecord, type: string) {
  const tags = source.texts('sensitivity_tags') ?? [];
  const classes = classificationsOf(tags);
  const onEvent = source.number('data_volume_estimate');
  const onTool = source.number('ai_context', 'data_volume_bytes');
  const volumes = [onEvent, onTool].filter((bytes) => bytes !== undefined && bytes >= 0) as number[];
  const ai = presentOrNone({
    model_name: source.text('ai_context', 'model_name'),
    vendor: source.text('ai_context', 'vendor'),
    is_sanctioned: source.flag('ai_context', 'is_sanctioned'),
    sends_data_external: source.flag('ai_context', 'sends_data_external'),
  });
  return {
    data_classifications: classes.length > 0 ? classes : undefined,
    pdri: present({
      event_type: type,
      exposure_direction: source.text('exposure_direction') ?? 'internal_to_internal',
      sensitivity_tags: tags,
      privilege_level: source.text('privilege_level') ?? 'standard',
      data_volume_bytes: volumes.length > 0 ? Math.max(...volumes) : undefined,
      ai,
    }),
  };
}
