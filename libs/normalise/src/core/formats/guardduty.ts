import { classOf, metadataOf, present } from '../event-parts.ts';
import type { FormatAdapter, MappedEvent, NormaliseContext, Mapping } from '../format.port.ts';
import type { NormaliseFault } from '../normalise.errors.ts';
import type { Json } from '../plain-json.ts';
import { invalid } from '../record-checks.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { isAsff, mapAsff } from './asff.ts';
import type { AwsPlace } from './aws-names.ts';
import { findingActivity, versionId } from './finding-parts.ts';
import { guarddutyEvidences } from './guardduty-evidences.ts';
import { type Spelling, spellingOf } from './guardduty-names.ts';
import { guarddutyEntities, guarddutyResources } from './guardduty-resources.ts';

/** GuardDuty findings, its own and those that Security Hub passes on (ASFF), to Detection Finding (2004). */
export const guarddutyFormat: FormatAdapter = {
  name: 'guardduty',
  recognises(source) {
    const name = spellingOf(source);
    const paths = [name('type'), name('id'), name('service', 'detectorId')];
    return paths.every((path) => typeof source.peek(...path) === 'string');
  },
  map: (source, context) => (isAsff(source) ? mapAsff(source, context) : mapFinding(source, context)),
};

interface Checked {
  readonly name: Spelling;
  readonly uid: string;
  readonly type: string;
  readonly updatedMs: number;
}

function check(source: TrackedRecord): Checked | { readonly faults: readonly NormaliseFault[] } {
  const name = spellingOf(source);
  const uid = source.text(...name('id')) ?? '';
  const type = source.text(...name('type')) ?? '';
  const updatedMs = source.time(...name('updatedAt'));
  const at = (member: string) => `/${name(member).join('/')}`;
  const faults = [
    ...invalid(uid !== '', at('id'), 'a text is needed'),
    ...invalid(type !== '', at('type'), 'a text is needed'),
    ...invalid(updatedMs !== undefined, at('updatedAt'), 'an ISO 8601 time is needed'),
  ];
  return updatedMs === undefined || faults.length > 0 ? { faults } : { name, uid, type, updatedMs };
}

function mapFinding(source: TrackedRecord, context: NormaliseContext): Mapping {
  const checked = check(source);
  if ('faults' in checked) return checked;
  const { name, uid, updatedMs } = checked;
  const text = (member: string) => source.text(...name(member));
  const account = text('accountId') ?? 'unknown';
  const place: AwsPlace = {
    account,
    region: text('region') ?? '',
    partition: source.peekText(...name('partition')) ?? 'aws',
  };
  const id = versionId(text('arn') ?? uid, updatedMs);
  const event = present({
    ...stateOf(source, checked),
    time: updatedMs,
    severity_id: severityOf(source.peek(...name('severity'))),
    message: text('description'),
    confidence_score: source.number(...name('confidence')),
    count: source.number(...name('service', 'count')),
    metadata: present({
      ...metadataOf(context, id, { name: 'GuardDuty', vendor_name: 'AWS' }),
      log_version: text('schemaVersion'),
    }),
    finding_info: findingInfoOf(source, checked),
    cloud: present({ provider: 'AWS', region: text('region'), account: { uid: account } }),
    resources: guarddutyResources(source, name, place),
    evidences: guarddutyEvidences(source, name),
  });
  return {
    event: event as MappedEvent['event'],
    identity: { source: context.source ?? `aws.guardduty/${account}`, id, timeMs: updatedMs },
    entities: guarddutyEntities(source, name, place),
  };
}

/** Class, activity and OCSF status_id: 1 New, 5 Archived. */
function stateOf(source: TrackedRecord, { name, updatedMs }: Checked) {
  const closed = source.flag(...name('service', 'archived')) === true;
  const createdMs = source.time(...name('createdAt'));
  return { ...classOf(2004, findingActivity({ closed, createdMs, updatedMs })), status_id: closed ? 5 : 1 };
}

function findingInfoOf(source: TrackedRecord, { name, uid, type, updatedMs }: Checked) {
  const detector = source.text(...name('service', 'detectorId'));
  return present({
    uid,
    title: source.text(...name('title')) ?? type,
    desc: source.text(...name('description')),
    types: [type],
    analytic: detector ? { uid: detector, type_id: 0 } : undefined,
    created_time: source.time(...name('createdAt')),
    modified_time: updatedMs,
    first_seen_time: source.time(...name('service', 'eventFirstSeen')),
    last_seen_time: source.time(...name('service', 'eventLastSeen')),
  });
}

/** GuardDuty's bands: low from 1, medium from 4, high from 7, critical from 9; below 1 there is none. */
const severityOf = (score: Json | undefined): number =>
  typeof score !== 'number' || score < 1 ? 0 : [4, 7, 9].filter((from) => score >= from).length + 2;
