import { classOf, EntityList, metadataOf, present, severityIdOf } from '../event-parts.ts';
import type { MappedEvent, NormaliseContext, Mapping } from '../format.port.ts';
import { isObject } from '../plain-json.ts';
import { invalid, isId, ownTimeMs, tenantFaults } from '../record-checks.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { aegisDirection, aegisEntityType, aegisEventType, classificationsOf, hundredOf } from './pdri-scales.ts';

/** Aegis's findings webhook (domain 8.14), not one of ours. */
export const isAegisFinding = (source: TrackedRecord): boolean =>
  typeof source.peek('finding_type') === 'string' &&
  typeof source.peek('id') === 'string' &&
  source.peek('event_type') === undefined;

export function mapAegisFinding(source: TrackedRecord, context: NormaliseContext): Mapping {
  const id = source.text('id') ?? '';
  const findingType = source.text('finding_type') ?? '';
  const timeMs = ownTimeMs(source, 'created_at', context);
  const faults = [
    ...invalid(isId(id), '/id', 'a text of 1 to 256 characters is needed'),
    ...invalid(findingType !== '', '/finding_type', 'a text is needed'),
    ...invalid(timeMs !== undefined, '/created_at', 'an ISO 8601 time is needed'),
    ...tenantFaults(source, context),
  ];
  if (timeMs === undefined || faults.length > 0) return { faults };
  const { entities, resource } = resourceOf(source);
  const event = present({
    ...classOf(2004, 1),
    time: timeMs,
    severity_id: severityIdOf(source.text('severity')),
    risk_score: riskScoreOf(source),
    message: source.text('description'),
    status: source.text('status'),
    metadata: {
      ...metadataOf(context, id, { name: 'Aegis AI', vendor_name: 'Aegis' }),
      event_code: aegisEventType(findingType),
    },
    finding_info: { uid: id, title: source.text('title') ?? findingType, types: [findingType] },
    cloud: cloudOf(source),
    resources: resource,
    ...exposureOf(source, findingType),
  });
  return {
    event: event as MappedEvent['event'],
    identity: { source: 'aegis-ai', id: `aegis-${id}`, timeMs },
    entities,
  };
}

/** Aegis's 0-1 on the house scale; a number outside 0-1 is no score of Aegis and stays unmapped. */
function riskScoreOf(source: TrackedRecord): number | undefined {
  const value = source.peek('risk_score');
  const score = typeof value === 'number' ? hundredOf(value) : undefined;
  if (score !== undefined) source.take('risk_score');
  return score;
}

function exposureOf(source: TrackedRecord, findingType: string) {
  const tags = tagsOf(source);
  const classes = classificationsOf(tags);
  return {
    data_classifications: classes.length > 0 ? classes : undefined,
    pdri: {
      event_type: aegisEventType(findingType),
      exposure_direction: aegisDirection(findingType),
      sensitivity_tags: tags,
      privilege_level: 'standard',
    },
  };
}

function cloudOf(source: TrackedRecord) {
  const account = source.text('cloud_account_id');
  const region = source.text('region');
  return account || region
    ? present({ account: account ? { uid: account } : undefined, region, provider: 'AWS' })
    : undefined;
}

function resourceOf(source: TrackedRecord) {
  const list = new EntityList();
  const arn = source.text('resource_arn');
  const type = source.text('resource_type') ?? arn?.split(':')[2] ?? '';
  if (arn) list.add(aegisEntityType(type), arn, 'target');
  const provider = source.text('ai_provider');
  const service = source.text('ai_service');
  if (provider) list.add('ai_tool', service ? `${provider}/${service}` : provider, 'actor');
  list.add('service', 'aegis-ai', 'reporter');
  return { entities: list.list, resource: arn ? [{ uid: arn, type }] : undefined };
}

/** Flags of the evidence as sensitivity tags. The evidence itself stays unmapped, so that nothing of it is lost. */
function tagsOf(source: TrackedRecord): readonly string[] {
  const evidence = source.peek('evidence');
  if (!isObject(evidence)) return ['unknown'];
  const tags = [
    evidence['has_pii'] === true && 'identity_related',
    evidence['has_financial'] === true && 'financial_related',
    evidence['has_credentials'] === true && 'credentials_related',
    evidence['has_phi'] === true && 'health_related',
    typeof evidence['data_sensitivity'] === 'number' && evidence['data_sensitivity'] > 0.7 && 'regulated_data',
  ].filter((tag) => tag !== false);
  return tags.length > 0 ? tags : ['unknown'];
}
