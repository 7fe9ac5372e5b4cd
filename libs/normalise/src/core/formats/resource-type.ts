import type { EntityType } from '@dmitry/contracts';

const RESOURCE_TYPES: readonly (readonly [RegExp, EntityType])[] = [
  [/bucket|database|table|data.?store|secret|s3|rds|dynamodb|volume|snapshot/i, 'data_store'],
  [/user|role|identity|iam|principal/i, 'identity'],
  [/model|bedrock|ai.?tool|sagemaker/i, 'ai_tool'],
  [/\bapi|gateway/i, 'api'],
];

/** The entity type of a resource by the name of its type, whichever tool named it. */
export const resourceType = (type: string): EntityType =>
  RESOURCE_TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? 'service';
