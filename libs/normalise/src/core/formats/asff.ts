import { classOf, metadataOf, present, presentOrNone } from '../event-parts.ts';
import type { FormatAdapter, MappedEvent, NormaliseContext, Mapping } from '../format.port.ts';
import { lookup } from '../lookup.ts';
import { isObject } from '../plain-json.ts';
import type { NormaliseFault } from '../normalise.errors.ts';
import { invalid } from '../record-checks.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { asffCompliance, asffResources, asffSeverityId, asffVulnerabilities } from './asff-parts.ts';
import { asffEntities, type OtherSide } from './asff-entities.ts';
import { findingActivity, versionId } from './finding-parts.ts';

/** AWS Security Finding Format (schema 2018-10-08), whichever product wrote the finding. */
export const isAsff = (source: TrackedRecord): boolean =>
  typeof source.peek('SchemaVersion') === 'string' &&
  typeof source.peek('ProductArn') === 'string' &&
  source.peek('AwsAccountId') !== undefined;

/** Findings of Security Hub to Vulnerability (2002), Compliance (2003) or Detection Finding (2004). */
export const asffFormat: FormatAdapter = { name: 'asff', recognises: isAsff, map: mapAsff };

interface Checked {
  readonly uid: string;
  readonly account: string;
  readonly updatedMs: number;
}

function check(source: TrackedRecord): Checked | { readonly faults: readonly NormaliseFault[] } {
  const uid = source.text('Id') ?? '';
  const account = source.text('AwsAccountId') ?? '';
  const updatedMs = source.time('UpdatedAt');
  const faults = [
    ...invalid(uid !== '', '/Id', 'a text is needed'),
    ...invalid(account !== '', '/AwsAccountId', 'an account id is needed'),
    ...invalid(updatedMs !== undefined, '/UpdatedAt', 'an ISO 8601 time is needed'),
  ];
  return updatedMs === undefined || faults.length > 0 ? { faults } : { uid, account, updatedMs };
}

export function mapAsff(source: TrackedRecord, context: NormaliseContext): Mapping {
  const checked = check(source);
  if ('faults' in checked) return checked;
  const { uid, account, updatedMs } = checked;
  const id = versionId(uid, updatedMs);
  const product = source.text('ProductArn') ?? '';
  const createdMs = source.time('CreatedAt');
  const region = source.text('Region') ?? product.split(':')[3];
  const other = otherSide(source);
  const event = present({
    ...classOf(classUidOf(source), findingActivity({ closed: isClosed(source), createdMs, updatedMs })),
    time: updatedMs,
    severity_id: asffSeverityId(source),
    ...statusOf(source),
    message: source.text('Description'),
    confidence_score: source.number('Confidence'),
    metadata: present({
      ...metadataOf(context, id, productOf(source, product)),
      log_version: source.text('SchemaVersion'),
    }),
    finding_info: findingInfoOf(source, { uid, product, createdMs, updatedMs }),
    cloud: present({ provider: 'AWS', region, account: { uid: account } }),
    resources: asffResources(source),
    vulnerabilities: asffVulnerabilities(source),
    compliance: asffCompliance(source),
    remediation: remediationOf(source),
    evidences: other && [{ [other.acting ? 'dst_endpoint' : 'src_endpoint']: { ip: other.ip } }],
  });
  return {
    event: event as MappedEvent['event'],
    identity: { source: context.source ?? `aws.securityhub/${account}`, id, timeMs: updatedMs },
    entities: asffEntities(source, { account, region: region ?? '', other }),
  };
}

function classUidOf(source: TrackedRecord): number {
  const listed = source.peek('Vulnerabilities');
  if (Array.isArray(listed) && listed.some(isObject)) return 2002;
  return source.object('Compliance') ? 2003 : 2004;
}

const isClosed = (source: TrackedRecord): boolean =>
  source.peek('RecordState') === 'ARCHIVED' || source.peek('Workflow', 'Status') === 'RESOLVED';

/** OCSF status_id of a finding: 1 New, 2 In Progress, 3 Suppressed, 4 Resolved, 5 Archived. */
const STATUS_IDS: Readonly<Record<string, number>> = { NEW: 1, NOTIFIED: 2, SUPPRESSED: 3, RESOLVED: 4 };

function statusOf(source: TrackedRecord) {
  const status = source.text('Workflow', 'Status') ?? source.text('WorkflowState');
  const state = source.text('RecordState');
  return { status, status_id: state === 'ARCHIVED' ? 5 : lookup(STATUS_IDS, status), status_detail: state };
}

function productOf(source: TrackedRecord, product: string) {
  const name = source.text('ProductName') ?? source.text('ProductFields', 'aws/securityhub/ProductName');
  const vendor = source.text('CompanyName') ?? source.text('ProductFields', 'aws/securityhub/CompanyName');
  return { name: name ?? product.split('/').at(-1) ?? 'Security Hub', vendor_name: vendor ?? 'AWS' };
}

interface Version {
  readonly uid: string;
  readonly product: string;
  readonly createdMs: number | undefined;
  readonly updatedMs: number;
}

function findingInfoOf(source: TrackedRecord, { uid, product, createdMs, updatedMs }: Version) {
  const generator = source.text('GeneratorId');
  return present({
    uid,
    title: source.text('Title') ?? uid,
    desc: source.text('Description'),
    types: source.texts('Types'),
    product_uid: product,
    analytic: generator ? { uid: generator, type_id: 0 } : undefined,
    created_time: createdMs,
    modified_time: updatedMs,
    first_seen_time: source.time('FirstObservedAt'),
    last_seen_time: source.time('LastObservedAt'),
    src_url: source.text('SourceUrl'),
  });
}

function remediationOf(source: TrackedRecord) {
  const url = source.text('Remediation', 'Recommendation', 'Url');
  const desc = source.text('Remediation', 'Recommendation', 'Text');
  return presentOrNone({ desc: desc ?? url, references: url ? [url] : undefined });
}

/** The other side of the activity, and whether the resource is what acted: GuardDuty says so among the product's own fields. */
function otherSide(source: TrackedRecord): OtherSide | undefined {
  const fields = Object.keys(source.object('ProductFields') ?? {});
  const key = fields.find((name) => name.endsWith('/remoteIpDetails/ipAddressV4'));
  const ip = key === undefined ? undefined : source.ip('ProductFields', key);
  return ip === undefined
    ? undefined
    : { ip, acting: source.peek('ProductFields', 'aws/guardduty/service/resourceRole') === 'ACTOR' };
}
