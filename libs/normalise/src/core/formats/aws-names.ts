import type { EntityType } from '@dmitry/contracts';
import { lookup } from '../lookup.ts';

/** The services of one account; an ARN says which type of entity it names. */
const SERVICE_TYPES: Readonly<Record<string, EntityType>> = {
  iam: 'identity',
  sts: 'identity',
  s3: 'data_store',
  rds: 'data_store',
  dynamodb: 'data_store',
  secretsmanager: 'data_store',
  redshift: 'data_store',
  kms: 'data_store',
  bedrock: 'ai_tool',
  sagemaker: 'ai_tool',
  apigateway: 'api',
  'execute-api': 'api',
};

export function entityTypeOfArn(arn: string): EntityType {
  const [, , service = '', , , resource = ''] = arn.split(':');
  if (service === 'ec2') return /^(snapshot|volume|image)/.test(resource) ? 'data_store' : 'service';
  if (service === 'ssm') return resource.startsWith('parameter') ? 'data_store' : 'service';
  if (service === 'iam' && !/^(user|role|root|group)/.test(resource)) return 'service';
  return lookup(SERVICE_TYPES, service) ?? 'service';
}

/** The account, region and partition that a finding names, for the ARNs of what it names without one. */
export interface AwsPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** The ARN of the principal behind an access key, as CloudTrail names it; undefined where there is no name. */
export function principalArn(place: AwsPlace, type: string | undefined, name: string | undefined): string | undefined {
  const iam = `arn:${place.partition}:iam::${place.account}`;
  if (type === 'Root') return `${iam}:root`;
  if (name === undefined) return undefined;
  return `${iam}:${type === 'AssumedRole' || type === 'Role' ? 'role' : 'user'}/${name}`;
}
