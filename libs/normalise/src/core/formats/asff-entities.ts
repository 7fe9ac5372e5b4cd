import type { EntityType } from '@dmitry/contracts';
import { EntityList } from '../event-parts.ts';
import type { EventEntity } from '../format.port.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { entityTypeOfArn, principalArn } from './aws-names.ts';
import { resourceType } from './resource-type.ts';

export interface OtherSide {
  readonly ip: string;
  readonly acting: boolean;
}

interface Found {
  readonly account: string;
  readonly region: string;
  readonly other: OtherSide | undefined;
}

/** What the finding is about; the principal of an access key is who acted. */
export function asffEntities(source: TrackedRecord, found: Found): readonly EventEntity[] {
  const list = new EntityList();
  const { ip, acting = false } = found.other ?? {};
  const listed = source.peek('Resources');
  for (const at of Array.isArray(listed) ? listed.keys() : []) {
    const principal = principalAt(source, at, found);
    const id = source.peekText('Resources', at, 'Id');
    const type = source.peekText('Resources', at, 'Type') ?? '';
    if (principal !== undefined) list.add('identity', principal, 'actor');
    else list.add(typeOf(id ?? '', type), id, acting ? 'actor' : 'target');
  }
  list.add('external', ip, acting ? 'target' : 'origin');
  return list.list;
}

function principalAt(source: TrackedRecord, at: number, { account, region }: Found): string | undefined {
  const key = (member: string) => source.peekText('Resources', at, 'Details', 'AwsIamAccessKey', member);
  const partition = source.peekText('Resources', at, 'Partition') ?? 'aws';
  return principalArn({ account, region, partition }, key('PrincipalType'), key('PrincipalName') ?? key('UserName'));
}

const typeOf = (id: string, type: string): EntityType =>
  id.startsWith('arn:') ? entityTypeOfArn(id) : resourceType(type);
