import { EntityList, present } from '../event-parts.ts';
import type { EventEntity } from '../format.port.ts';
import { isIpAddress } from '../ip-address.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { type AwsPlace, entityTypeOfArn, principalArn } from './aws-names.ts';
import { remotesOf } from './guardduty-evidences.ts';
import type { Path, Spelling } from './guardduty-names.ts';

/** Where a finding names a resource by its ARN. */
const ARNS: readonly (readonly [string, string])[] = [
  ['eksClusterDetails', 'arn'],
  ['ecsClusterDetails', 'arn'],
  ['lambdaDetails', 'functionArn'],
  ['rdsDbInstanceDetails', 'dbInstanceArn'],
];

interface Named {
  readonly uid: string;
  readonly path: Path;
}

/** The resources of a finding and where their names stand: an instance has an id, of which its ARN is made. */
function named(source: TrackedRecord, name: Spelling, place: AwsPlace): readonly Named[] {
  const out: Named[] = [];
  const add = (path: Path, arnOf: (text: string) => string = (text) => text) => {
    const value = source.peekText(...path);
    if (value !== undefined) out.push({ uid: arnOf(value), path });
  };
  const ec2 = `arn:${place.partition}:ec2:${place.region}:${place.account}:instance/`;
  add(name('resource', 'instanceDetails', 'instanceId'), (id) => ec2 + id);
  for (const [member, arn] of ARNS) add(name('resource', member, arn));
  const buckets = source.peek(...name('resource', 's3BucketDetails'));
  for (const at of Array.isArray(buckets) ? buckets.keys() : []) add(name('resource', 's3BucketDetails', at, 'arn'));
  return out;
}

export function guarddutyResources(source: TrackedRecord, name: Spelling, place: AwsPlace) {
  const type = source.text(...name('resource', 'resourceType'));
  const found = named(source, name, place).map(({ uid, path }) => {
    source.take(...path);
    source.text(...name('partition'));
    return present({ uid, type, region: place.region || undefined, cloud_partition: place.partition });
  });
  return found.length > 0 ? found : type ? [{ type }] : undefined;
}

/** The principal acted; the resource is what was acted on or, where GuardDuty says so, with; the other side is where it came from. */
export function guarddutyEntities(source: TrackedRecord, name: Spelling, place: AwsPlace): readonly EventEntity[] {
  const list = new EntityList();
  const acting = source.peek(...name('service', 'resourceRole')) === 'ACTOR';
  const read = (...path: string[]) => source.peekText(...name('resource', ...path));
  const key = (member: string) => read('accessKeyDetails', member);
  list.add('identity', principalArn(place, key('userType'), key('userName')) ?? key('principalId'), 'actor');
  list.add('identity', read('kubernetesDetails', 'kubernetesUserDetails', 'username'), 'actor');
  for (const { uid } of named(source, name, place)) list.add(entityTypeOfArn(uid), uid, acting ? 'actor' : 'target');
  for (const path of remotesOf(source, name)) {
    const address = source.peekText(...path, ...name('ipAddressV4'));
    if (address !== undefined && isIpAddress(address)) list.add('external', address, acting ? 'target' : 'origin');
  }
  return list.list;
}
