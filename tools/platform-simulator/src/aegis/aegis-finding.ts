import { flagAt, numberAt, textAt } from '../graph/json.ts';

const TYPES: Readonly<Record<string, string>> = {
  ai_api_usage: 'AI_DATA_ACCESS',
  shadow_ai_tool: 'AI_TOOL_DISCOVERY',
  shadow_ai_deployment: 'AI_TOOL_DISCOVERY',
  sensitive_data_exposure: 'DATA_EXPORT',
  privilege_risk: 'PRIVILEGE_ESCALATION',
};
const RESOURCES: readonly (readonly [RegExp, string])[] = [
  [/s3|rds|dynamodb|redshift|aurora|elasticache/, 'data_store'],
  [/bedrock|openai|anthropic|comprehend|rekognition/, 'ai_tool'],
  [/iam|cognito/, 'identity'],
  [/apigateway|elb|cloudfront/, 'api'],
];
const FLAGS: readonly (readonly [string, string])[] = [
  ['has_pii', 'identity_related'],
  ['has_financial', 'financial_related'],
  ['has_credentials', 'credentials_related'],
  ['has_phi', 'health_related'],
];

/** An Aegis finding as the event that PDRI's webhook makes of it (domain 8.14). */
export function eventOfAegisFinding(finding: unknown): Record<string, unknown> | undefined {
  const id = textAt(finding, 'id');
  const kind = textAt(finding, 'finding_type');
  if (id === undefined || kind === undefined) return undefined;
  const provider = textAt(finding, 'ai_provider');
  const shadow = kind.startsWith('shadow_ai');
  const resource = (textAt(finding, 'resource_type') ?? '').toLowerCase();
  return {
    event_id: `aegis-${id}`,
    event_type: Object.hasOwn(TYPES, kind) ? TYPES[kind] : 'SYSTEM_ACCESS',
    source_system_id: 'aegis-ai',
    timestamp: textAt(finding, 'created_at'),
    target_entity_id: textAt(finding, 'resource_arn'),
    entity_type: RESOURCES.find(([pattern]) => pattern.test(resource))?.[1] ?? 'service',
    exposure_direction: directionOf(kind),
    sensitivity_tags: tagsOf(finding),
    ...(provider === undefined
      ? {}
      : {
          ai_context: { ai_tool_id: `ai:${provider}`, vendor: provider, ...(shadow ? { is_sanctioned: false } : {}) },
        }),
  };
}

function directionOf(kind: string): string {
  if (/^(ai_|shadow_ai)/.test(kind)) return 'internal_to_ai';
  return kind === 'sensitive_data_exposure' ? 'internal_to_external' : 'internal_to_internal';
}

function tagsOf(finding: unknown): readonly string[] {
  const named = FLAGS.filter(([member]) => flagAt(finding, 'evidence', member) === true).map(([, tag]) => tag);
  const regulated = (numberAt(finding, 'evidence', 'data_sensitivity') ?? 0) > 0.7 ? ['regulated_data'] : [];
  return [...named, ...regulated].length > 0 ? [...named, ...regulated] : ['unknown'];
}
