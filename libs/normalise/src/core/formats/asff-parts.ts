import { present, presentOrNone, severityIdOf } from '../event-parts.ts';
import { lookup } from '../lookup.ts';
import { isObject } from '../plain-json.ts';
import type { TrackedRecord } from '../tracked-record.ts';

type Path = readonly (string | number)[];

/** The label; where there is none, the bands that AWS gives for the normalised 0-100 (0, 1-39, 40-69, 70-89, 90-100). */
export function asffSeverityId(source: TrackedRecord): number {
  const label = source.text('Severity', 'Label') ?? source.text('FindingProviderFields', 'Severity', 'Label');
  const score = source.peek('Severity', 'Normalized'); // finer than a band, so it stays unmapped too
  if (label !== undefined || typeof score !== 'number') return severityIdOf(label);
  return [1, 40, 70, 90].filter((from) => score >= from).length + 1;
}

export const asffResources = (source: TrackedRecord) =>
  source.each(['Resources'], (...at) =>
    present({
      uid: source.text(...at, 'Id'),
      type: source.text(...at, 'Type'),
      region: source.text(...at, 'Region'),
      cloud_partition: source.text(...at, 'Partition'),
      tags: tagsOf(source, ...at, 'Tags'),
      data: source.object(...at, 'Details') ? source.take(...at, 'Details') : undefined,
    }),
  );

/** OCSF key_value_object of each tag; taken only where every value is a text. */
function tagsOf(source: TrackedRecord, ...path: Path) {
  const tags = Object.entries(source.object(...path) ?? {});
  if (tags.length === 0 || !tags.every(([, value]) => typeof value === 'string')) return undefined;
  source.take(...path);
  return tags.map(([name, value]) => ({ name, value }));
}

export const asffVulnerabilities = (source: TrackedRecord) =>
  source.each(['Vulnerabilities'], (...at) => {
    const uid = source.text(...at, 'Id');
    return present({
      ...nameOf(source, uid, at),
      affected_packages: packagesOf(source, ...at, 'VulnerablePackages'),
      references: source.texts(...at, 'ReferenceUrls'),
      severity: source.text(...at, 'Vendor', 'VendorSeverity'),
      vendor_name: source.text(...at, 'Vendor', 'Name'),
      is_fix_available: answerAt(source, ...at, 'FixAvailable'),
      is_exploit_available: answerAt(source, ...at, 'ExploitAvailable'),
    });
  });

/** A CVE with its scores, or the advisory of another numbering. */
function nameOf(source: TrackedRecord, uid: string | undefined, at: Path) {
  if (uid === undefined) return {};
  if (!/^CVE-/i.test(uid)) return { advisory: { uid } };
  const cvss = source.each([...at, 'Cvss'], (...score) =>
    present({
      version: source.text(...score, 'Version'),
      base_score: source.number(...score, 'BaseScore'),
      vector_string: source.text(...score, 'BaseVector'),
      vendor_name: source.text(...score, 'Source'),
    }),
  );
  const epss = source.text(...at, 'EpssScore');
  const created = source.time(...at, 'Vendor', 'VendorCreatedAt');
  const modified = source.time(...at, 'Vendor', 'VendorUpdatedAt');
  return {
    cve: present({
      uid,
      cvss,
      epss: epss ? { score: epss } : undefined,
      created_time: created,
      modified_time: modified,
    }),
  };
}

const packagesOf = (source: TrackedRecord, ...path: Path) =>
  source.each(path, (...at) => {
    const remedy = source.text(...at, 'Remediation');
    return present({
      name: source.text(...at, 'Name'),
      version: source.text(...at, 'Version'),
      architecture: source.text(...at, 'Architecture'),
      release: source.text(...at, 'Release'),
      package_manager: source.text(...at, 'PackageManager'),
      path: source.text(...at, 'FilePath'),
      fixed_in_version: source.text(...at, 'FixedInVersion'),
      remediation: remedy ? { desc: remedy } : undefined,
    });
  });

const ANSWERS: Readonly<Record<string, boolean>> = { YES: true, PARTIAL: true, NO: false };

function answerAt(source: TrackedRecord, ...path: Path): boolean | undefined {
  const value = source.peek(...path);
  const answer = typeof value === 'string' ? lookup(ANSWERS, value) : undefined;
  if (answer !== undefined && value !== 'PARTIAL') source.take(...path); // a part of a fix stays readable as such
  return answer;
}

/** OCSF compliance status_id: 1 Pass, 2 Warning, 3 Fail. */
const COMPLIANCE_IDS: Readonly<Record<string, number>> = { PASSED: 1, WARNING: 2, FAILED: 3 };

export function asffCompliance(source: TrackedRecord) {
  if (!isObject(source.peek('Compliance'))) return undefined;
  const status = source.text('Compliance', 'Status');
  const reasons = source.each(['Compliance', 'StatusReasons'], (...at) =>
    present({ reason: source.text(...at, 'Description') }),
  );
  const standards = source.each(['Compliance', 'AssociatedStandards'], (...at) =>
    present({ uid: source.text(...at, 'StandardsId') }),
  );
  return presentOrNone({
    standards: standards?.map((one) => one.uid) ?? listOf(source.text('ProductFields', 'StandardsArn')),
    control: source.text('Compliance', 'SecurityControlId') ?? source.text('ProductFields', 'ControlId'),
    status,
    status_id: lookup(COMPLIANCE_IDS, status) ?? 0,
    status_details: reasons?.map((one) => one.reason),
    requirements: source.texts('Compliance', 'RelatedRequirements'),
  });
}

const listOf = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text]);
