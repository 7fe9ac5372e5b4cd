import type { EntityType } from '@dmitry/contracts';
import { EntityList } from '../event-parts.ts';
import type { EventEntity } from '../format.port.ts';
import { isIpAddress } from '../ip-address.ts';
import { lookup } from '../lookup.ts';
import { isObject, type Json, type JsonObject } from '../plain-json.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { entityTypeOfArn } from './aws-names.ts';

/** How a request's parameter names something: its type and its ARN without `arn:aws:` (A account, R region, V the value). */
const PARAMETERS: Readonly<Record<string, readonly [EntityType, string, RegExp?]>> = {
  userName: ['identity', 'iam::A:user/V', /^iam/],
  roleName: ['identity', 'iam::A:role/V', /^iam/],
  groupName: ['identity', 'iam::A:group/V', /^iam/],
  bucketName: ['data_store', 's3:::V'],
  secretId: ['data_store', 'secretsmanager:R:A:secret:V'],
  snapshotId: ['data_store', 'ec2:R:A:snapshot/V'],
  imageId: ['data_store', 'ec2:R:A:image/V'],
  dBSnapshotIdentifier: ['data_store', 'rds:R:A:snapshot:V'],
  dBInstanceIdentifier: ['data_store', 'rds:R:A:db:V'],
  instanceId: ['service', 'ec2:R:A:instance/V'],
  groupId: ['service', 'ec2:R:A:security-group/V', /^ec2/],
  functionName: ['service', 'lambda:R:A:function:V', /^lambda/],
  trailName: ['service', 'cloudtrail:R:A:trail/V'],
  modelId: ['ai_tool', 'bedrock:R::foundation-model/V', /^bedrock/],
};
const MAX_LISTED = 64;

interface Place {
  readonly account: string;
  readonly region: string;
  readonly service: string;
}

/** Who did it: the user, or the role behind a session, so that a role is one entity whoever assumed it. */
export function actorId(source: TrackedRecord): string | undefined {
  const read = (...path: string[]) => source.peekText('userIdentity', ...path);
  const issuer = read('sessionContext', 'sessionIssuer', 'arn');
  if (issuer && read('type') === 'AssumedRole') return issuer;
  return read('arn') ?? read('principalId') ?? read('invokedBy') ?? read('userName');
}

export function cloudtrailEntities(source: TrackedRecord, place: Place): readonly EventEntity[] {
  const list = new EntityList();
  const type = source.peek('userIdentity', 'type');
  list.add(type === 'AWSService' ? 'service' : 'identity', actorId(source), 'actor');
  const address = source.peek('sourceIPAddress');
  if (typeof address === 'string' && isIpAddress(address)) list.add('external', address, 'origin');
  const resources = source.peek('resources');
  for (const resource of Array.isArray(resources) ? (resources as readonly Json[]) : []) {
    const arn = isObject(resource) ? resource['ARN'] : undefined;
    if (typeof arn === 'string' && arn.startsWith('arn:')) list.add(entityTypeOfArn(arn), arn, 'target');
  }
  const request = source.peek('requestParameters');
  if (isObject(request)) addParameters(list, request, place);
  return list.list;
}

function addParameters(list: EntityList, request: JsonObject, place: Place): void {
  const name = (member: string, value: Json | undefined) => {
    const known = lookup(PARAMETERS, member);
    if (!known || typeof value !== 'string' || value === '' || (known[2] && !known[2].test(place.service))) return;
    const arn = known[1]
      .replace('A', place.account)
      .replace('R', place.region)
      .replace('V', () => value);
    list.add(known[0], value.startsWith('arn:') ? value : `arn:aws:${arn}`, 'target');
  };
  for (const [member, value] of Object.entries(request)) {
    if (typeof value === 'string') name(member, value);
    if (typeof value === 'string' && /^(role|function|resource|trail)Arn$/i.test(member) && value.startsWith('arn:')) {
      list.add(entityTypeOfArn(value), value, 'target');
    }
  }
  if (place.service.startsWith('cloudtrail')) name('trailName', trailOf(request['name']));
  for (const id of instancesOf(request).slice(0, MAX_LISTED)) name('instanceId', id);
}

const trailOf = (value: Json | undefined): Json | undefined => (typeof value === 'string' ? value : undefined);

/** `instanceIds: [...]` (SSM) and `instancesSet: {items: [{instanceId}]}` (EC2). */
function instancesOf(request: JsonObject): readonly Json[] {
  const direct = request['instanceIds'];
  const set = request['instancesSet'];
  const items = isObject(set) && Array.isArray(set['items']) ? (set['items'] as readonly Json[]) : [];
  return [
    ...(Array.isArray(direct) ? (direct as readonly Json[]) : []),
    ...items.map((item) => (isObject(item) ? (item['instanceId'] ?? null) : null)),
  ];
}
