import { ENTITY_TYPES, type EntityType } from '@dmitry/contracts';
import { lookup } from '../lookup.ts';

/** How PDRI's event types stand in OCSF: class, activity, its label where the activity is Other (99), and the outcome they imply. */
export interface EventTypeMapping {
  readonly classUid: number;
  readonly activityId: number;
  readonly activityName?: string;
  readonly statusId?: number;
}

export const EVENT_TYPE_MAP: Readonly<Record<string, EventTypeMapping>> = {
  AI_DATA_ACCESS: { classUid: 6005, activityId: 1 },
  AI_PROMPT_SENSITIVE: { classUid: 6003, activityId: 1 },
  AI_API_INTEGRATION: { classUid: 6003, activityId: 1 },
  AI_AGENT_PRIV_ACCESS: { classUid: 6003, activityId: 99, activityName: 'Privileged agent access' },
  UNSANCTIONED_AI_TOOL: { classUid: 2004, activityId: 1 },
  SYSTEM_ACCESS: { classUid: 3002, activityId: 1, statusId: 1 },
  SYSTEM_AUTH_FAILURE: { classUid: 3002, activityId: 1, statusId: 2 },
  PRIVILEGE_ESCALATION: { classUid: 3001, activityId: 99, activityName: 'Privilege escalation' },
  DATA_MOVEMENT: { classUid: 6005, activityId: 99, activityName: 'Data movement' },
  DATA_EXPORT: { classUid: 6005, activityId: 99, activityName: 'Data export' },
  DATA_AGGREGATION: { classUid: 6005, activityId: 4 },
  AI_TOOL_DISCOVERY: { classUid: 2004, activityId: 1 },
  IDENTITY_RISK: { classUid: 2004, activityId: 1 },
  POLICY_VIOLATION: { classUid: 2004, activityId: 1 },
  ANOMALY_DETECTED: { classUid: 2004, activityId: 1 },
  INTEGRATION_CHANGE: { classUid: 6003, activityId: 3 },
};

/** Spellings of the Aegis brief that differ from PDRI's. */
const ALIASES: Readonly<Record<string, string>> = {
  AI_PROMPT_SENSITIVITY: 'AI_PROMPT_SENSITIVE',
  AI_MODEL_TRAINING: 'DATA_AGGREGATION',
};

export const eventTypeOf = (name: string): string => lookup(ALIASES, name) ?? name;

/** Aegis finding types to PDRI event types; anything else is a system access. */
export const aegisEventType = (findingType: string): string => lookup(AEGIS_TYPES, findingType) ?? 'SYSTEM_ACCESS';
const AEGIS_TYPES: Readonly<Record<string, string>> = {
  ai_api_usage: 'AI_DATA_ACCESS',
  shadow_ai_tool: 'AI_TOOL_DISCOVERY',
  shadow_ai_deployment: 'AI_TOOL_DISCOVERY',
  sensitive_data_exposure: 'DATA_EXPORT',
  privilege_risk: 'PRIVILEGE_ESCALATION',
};

export const aegisDirection = (findingType: string): string => {
  if (/^(ai_|shadow_ai)/.test(findingType)) return 'internal_to_ai';
  return findingType === 'sensitive_data_exposure' ? 'internal_to_external' : 'internal_to_internal';
};

const PREFIXES: Readonly<Record<string, EntityType>> = {
  datastore: 'data_store',
  data_store: 'data_store',
  service: 'service',
  ai: 'ai_tool',
  aitool: 'ai_tool',
  ai_tool: 'ai_tool',
  identity: 'identity',
  user: 'identity',
  api: 'api',
  external: 'external',
};

/** Entity type by its named type, else by the prefix of its id (`datastore:`, `service:`, `ai:`), else `fallback`. */
export function entityTypeOf(id: string, named: string | undefined, fallback: EntityType): EntityType {
  const byName = ENTITY_TYPES.find((type) => type === named) ?? (named === 'saas_app' ? 'external' : undefined);
  return byName ?? lookup(PREFIXES, id.split(':', 1)[0]?.toLowerCase()) ?? fallback;
}

const RESOURCE_KINDS: Readonly<Record<string, EntityType>> = {
  s3: 'data_store',
  rds: 'data_store',
  dynamodb: 'data_store',
  redshift: 'data_store',
  aurora: 'data_store',
  elasticache: 'data_store',
  bedrock: 'ai_tool',
  openai: 'ai_tool',
  anthropic: 'ai_tool',
  comprehend: 'ai_tool',
  rekognition: 'ai_tool',
  iam: 'identity',
  cognito: 'identity',
  apigateway: 'api',
  elb: 'api',
  cloudfront: 'api',
};
export const aegisEntityType = (resourceType: string): EntityType => {
  const words = resourceType.toLowerCase().split(/[^a-z0-9]+/);
  return words.map((word) => lookup(RESOURCE_KINDS, word)).find((type) => type !== undefined) ?? 'service';
};

/** OCSF data classification categories (1 Personal, 3 Financial, 4 Business, 6 Security, 99 Other) of sensitivity tags. */
const CLASSIFICATIONS: Readonly<Record<string, readonly [number, string]>> = {
  financial_related: [3, 'Financial'],
  health_related: [1, 'Personal'],
  identity_related: [1, 'Personal'],
  intellectual_property: [4, 'Business'],
  credentials_related: [6, 'Security'],
  regulated_data: [99, 'Regulated'],
};
export const classificationsOf = (tags: readonly string[]) =>
  tags
    .flatMap((tag) => {
      const known = lookup(CLASSIFICATIONS, tag);
      return known ? [{ category_id: known[0], category: known[1] }] : [];
    })
    .filter((one, at, all) => all.findIndex((other) => other.category_id === one.category_id) === at);

/** A 0-1 score of PDRI or Aegis on the house scale 0-100; undefined when it is not on 0-1. */
export const hundredOf = (unit: number | undefined): number | undefined =>
  unit === undefined || unit < 0 || unit > 1 ? undefined : Math.round(unit * 10_000) / 100;
