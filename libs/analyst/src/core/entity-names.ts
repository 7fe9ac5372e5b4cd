import {
  ENTITY_TYPES,
  type EntityRef,
  EntityRef as EntityRefSchema,
  type EntityType,
  parseWith,
} from '@dmitry/contracts';

/** Other names of the six entity types, as the Platform, PDRI and Aegis spell them. Whole names only: text never decides by a part. */
const NAMES: Readonly<Record<EntityType, readonly string[]>> = {
  identity: ['user', 'account', 'employee', 'person', 'role', 'service_account', 'iam', 'cognito', 'principal'],
  data_store: [
    'database',
    'datastore',
    'bucket',
    'dataset',
    'table',
    'storage',
    's3',
    'rds',
    'dynamodb',
    'redshift',
    'aurora',
    'elasticache',
  ],
  service: [
    'server',
    'host',
    'workload',
    'application',
    'app',
    'instance',
    'container',
    'system',
    'lambda',
    'ecs',
    'ec2',
    'sagemaker',
  ],
  ai_tool: ['ai', 'ai_model', 'model', 'llm', 'bedrock', 'openai', 'anthropic', 'comprehend', 'rekognition'],
  api: ['endpoint', 'apigateway', 'elb', 'cloudfront'],
  external: ['ip', 'ip_address', 'domain', 'vendor', 'third_party', 'external_service'],
};

const TYPE_OF = new Map<string, EntityType>(
  ENTITY_TYPES.flatMap((type) => [type, ...NAMES[type]].map((name) => [name, type] as const)),
);

/** The entity type that a name stands for, or null: case and the choice of dash, space or underscore do not matter. */
export const entityTypeOf = (name: string): EntityType | null =>
  TYPE_OF.get(
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_'),
  ) ?? null;

/** An entity from a type's name and an id, or null when it is none. */
export function entityRefOf(type: unknown, id: unknown): EntityRef | null {
  const known = typeof type === 'string' ? entityTypeOf(type) : null;
  const parsed = parseWith(EntityRefSchema, { type: known, id: typeof id === 'string' ? id.toWellFormed() : id });
  return parsed.ok ? parsed.value : null;
}
