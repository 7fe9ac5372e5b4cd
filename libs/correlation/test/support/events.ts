import { sha256Hex } from '@dmitry/contracts';
import type { CorrelationEvent, RoledEntity } from '../../src/core/index.ts';

/** Events for specs: invented, small. */
export function eventOf(
  id: string,
  timeMs: number,
  record: Record<string, unknown>,
  entities: readonly RoledEntity[] = [],
): CorrelationEvent {
  return {
    source: 'test',
    id,
    timeMs,
    record,
    entities,
    logsource: {},
    digest: sha256Hex(JSON.stringify([id, record])),
  };
}

export const actor = (id: string): RoledEntity => ({ type: 'identity', id, role: 'actor' });
export const target = (id: string): RoledEntity => ({ type: 'data_store', id, role: 'target' });

let serial = 0;
/** A SecurityEvent of PDRI, as the normaliser hands it over. */
export function pdriEvent(record: Record<string, unknown>, timeMs = 1_000_000): CorrelationEvent {
  const id = `p-${serial++}`;
  const entities: RoledEntity[] = [];
  if (typeof record['identity_id'] === 'string') entities.push(actor(record['identity_id']));
  if (typeof record['target_entity_id'] === 'string') entities.push(target(record['target_entity_id']));
  return {
    ...eventOf(id, timeMs, { event_id: id, ...record }, entities),
    logsource: { product: 'pdri', service: 'security-events' },
  };
}

let trailSerial = 0;
/** A CloudTrail record, as the normaliser hands it over. */
export function trailEvent(record: Record<string, unknown>, timeMs = 1_000_000): CorrelationEvent {
  const id = `c-${trailSerial++}`;
  const whole = {
    eventID: id,
    recipientAccountId: '111122223333',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/eve', userName: 'eve' },
    ...record,
  };
  const arn = (whole.userIdentity as { arn: string }).arn;
  return { ...eventOf(id, timeMs, whole, [actor(arn)]), logsource: { product: 'aws', service: 'cloudtrail' } };
}
