import { digestOf, OcsfEvent, parseWith } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FORMATS, normalise } from './index.ts';
import { leavesOf } from './tracked-record.ts';
import type { Json, JsonObject, NormaliseResult } from './index.ts';

const context = { tenant: 'acme', receivedMs: 1_700_000_000_000 };

function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (node, step) => (node as Record<string, unknown> | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
      value,
    );
}

/** What is called so is dropped whole, and stands in the account once. */
const PROTO = /^(.*?\/__proto__)(?=\/|$).*$/su;

/** The leaves that are in no list, in two, or in a list and not in the record; and unmapped values that are not where they should be. */
function unaccounted(record: Json, result: NormaliseResult, prefix = ''): unknown[] {
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  const { kept, unmapped, dropped } = result.account;
  const leaves: string[] = [];
  leavesOf(record, '', leaves);
  const expected = new Set(leaves.map((leaf) => leaf.replace(PROTO, '$1')));
  expect([...kept, ...unmapped, ...dropped].sort()).toEqual([...expected].sort());
  expect(parseWith(OcsfEvent, result.event)).toMatchObject({ ok: true });
  expect(() => digestOf(result.event)).not.toThrow(); // RFC 8785 has no way to write undefined, infinite or lone
  const json = (value: unknown) => JSON.stringify(value);
  return unmapped.filter(
    (pointer) => json(at(result.event.unmapped, pointer.slice(prefix.length))) !== json(at(record, pointer)),
  );
}

const extras = fc
  .dictionary(
    fc.string({ unit: 'grapheme-ascii', maxLength: 8 }).filter((key) => key !== '__proto__'),
    fc.jsonValue({ maxDepth: 3 }),
    { maxKeys: 4 },
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
const text = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
const oddJson = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);

const cloudtrail = fc
  .record(
    {
      eventID: text,
      awsRegion: fc.oneof(text, oddJson),
      readOnly: fc.oneof(fc.boolean(), oddJson),
      sourceIPAddress: fc.constantFrom('192.0.2.7', '010.020.003.004', 'ec2.amazonaws.com', 'AWS Internal', ''),
      userIdentity: fc.oneof(
        oddJson,
        fc.record({ type: fc.constantFrom('IAMUser', 'AssumedRole', 'Root'), arn: text, sessionContext: oddJson }),
      ),
      requestParameters: oddJson,
      responseElements: oddJson,
      resources: fc.oneof(
        oddJson,
        fc.array(fc.record({ ARN: text, accountId: text, kind: oddJson }, { requiredKeys: [] }), { maxLength: 3 }),
      ),
      additionalEventData: oddJson,
      tlsDetails: oddJson,
      errorCode: fc.oneof(text, oddJson),
    },
    { requiredKeys: [] },
  )
  .map((record) => ({
    eventTime: '2026-03-01T10:00:00Z',
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    ...record,
  }));

const securityEvent = fc
  .record(
    {
      target_entity_id: fc.oneof(text, fc.constant(null)),
      identity_id: fc.oneof(text, fc.constant(null)),
      sensitivity_tags: fc.oneof(fc.array(fc.constantFrom('financial_related', 'unknown', 'other')), oddJson),
      data_volume_estimate: fc.nat(),
      privilege_level: fc.oneof(text, oddJson),
      metadata: oddJson,
      ai_context: oddJson,
      severity: fc.oneof(text, oddJson),
    },
    { requiredKeys: [] },
  )
  .map((record) => ({
    event_id: 'e-1',
    event_type: 'AI_DATA_ACCESS',
    timestamp: '2026-03-01T10:00:00.123456',
    source_system_id: 'aegis',
    exposure_direction: 'internal_to_ai',
    ...record,
  }));

/** A record of arbitrary members under the names that the adapters of findings look at, down to the third level. */
const NAMES =
  `Id ProductArn Region Title Description Types Severity Label Normalized Resources Type Partition Tags Details AwsIamAccessKey
  PrincipalName Vulnerabilities VulnerablePackages Cvss Vendor Name Compliance Status StatusReasons AssociatedStandards ProductFields
  aws/guardduty/remoteIpDetails/ipAddressV4 Workflow RecordState Remediation Recommendation Text
  id arn region resource service severity action networkConnectionAction portProbeAction portProbeDetails remoteIpDetails ipAddressV4
  organization asn awsApiCallAction api s3BucketDetails accessKeyDetails userName userType archived
  rule mitre groups description agent name manager data sca check vulnerability package cve score references srcip srcport dstuser
  alert metadata signature source target ip src_ip dest_ip src_port proto http url dns queries answers rrname tls flow app_proto`
    .trim()
    .split(/\s+/);
const finding = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<Json[]>(
      'x',
      '192.0.2.7',
      'arn:aws:s3:::b',
      'CVE-2026-1',
      '',
      '2026-03-01T10:00:00Z',
      22,
      1e300,
      -1,
      true,
      null,
    ),
    oddJson,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 12 }).map((value) => ({ ...value })),
})).object;
const timestamp = '2026-03-01T10:00:00Z';
/** What each adapter cannot do without. */
const DEMANDED: readonly (readonly [string, JsonObject])[] = [
  ['guardduty', { id: 'f', type: 't', updatedAt: timestamp }],
  ['guardduty', { SchemaVersion: '2.0', Id: 'f', Type: 't', UpdatedAt: timestamp }],
  ['asff', { SchemaVersion: '2018-10-08', Id: 'f', AwsAccountId: '1', UpdatedAt: timestamp }],
  ['wazuh', { timestamp, rule: { level: 3 } }],
  ['wazuh', { cve: 'CVE-2026-1', name: 'p', detection_time: timestamp }],
  ['suricata', { timestamp, event_type: 'alert' }],
  ['suricata', { timestamp, event_type: 'http', proto: 'TCP' }],
  ['suricata', { timestamp, event_type: 'dns' }],
];

const without = (record: JsonObject, base: JsonObject) => ({
  ...Object.fromEntries(Object.entries(record).filter(([key]) => !(key in base))),
  ...base,
});

describe('the loss account', () => {
  it('has every leaf of a CloudTrail record in exactly one list, and unmapped leaves at their pointer', () => {
    fc.assert(
      fc.property(cloudtrail, extras, (base, extra) => {
        const record = without(extra, base);
        expect(unaccounted(record, normalise('cloudtrail', record, context))).toEqual([]);
      }),
    );
  });

  it('has every leaf of a SecurityEvent in exactly one list, bare and in a CloudEvents envelope', () => {
    fc.assert(
      fc.property(securityEvent, extras, (base, extra) => {
        const record = without(extra, base);
        expect(unaccounted(record, normalise('security-event', record, context))).toEqual([]);
        const envelope = { specversion: '1.0', id: 'x', source: 's', type: 't', data: record };
        expect(unaccounted(envelope, normalise('auto', envelope, context), '/data')).toEqual([]);
      }),
    );
  });

  it('has every leaf of a finding of GuardDuty, Security Hub, Wazuh and Suricata in exactly one list', () => {
    fc.assert(
      fc.property(finding, extras, fc.constantFrom(...DEMANDED), (members, extra, [format, demanded]) => {
        const record = without(extra, { ...members, ...demanded });
        expect(unaccounted(record, normalise(format, record, context))).toEqual([]);
        const hit = { _index: 'i', _source: record };
        expect(unaccounted(hit, normalise(format, hit, context), '/_source')).toEqual([]);
      }),
      // found with seed 295115823
      { numRuns: 400, examples: [[{}, JSON.parse('{"":{"__proto__":{"":0}}}') as JsonObject, DEMANDED[0]]] },
    );
  });

  it('has every leaf of an Aegis finding in exactly one list', () => {
    fc.assert(
      fc.property(
        extras,
        oddJson,
        fc.constantFrom('shadow_ai_tool', 'sensitive_data_exposure', 'other'),
        (extra, evidence, findingType) => {
          const record = without(extra, {
            id: 'a-1',
            finding_type: findingType,
            created_at: '2026-03-01T10:00:00Z',
            evidence,
            risk_score: evidence,
          });
          delete (record as Record<string, unknown>)['event_type'];
          delete (record as Record<string, unknown>)['tenant_id'];
          expect(unaccounted(record, normalise('security-event', record, context))).toEqual([]);
        },
      ),
    );
  });
});

describe('hostile input', () => {
  it('never makes normalise throw, whatever the value and the format', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true }),
        fc.constantFrom(...FORMATS, 'nonsense'),
        (value, format) => {
          const result = normalise(format, value, context);
          expect(typeof result.ok).toBe('boolean');
        },
      ),
    );
  });

  it('never makes normalise throw when members of a known format have values of any type', () => {
    fc.assert(
      fc.property(cloudtrail, securityEvent, finding, extras, (a, b, c, d) => {
        for (const format of FORMATS)
          expect(typeof normalise(format, { ...a, ...b, ...c, ...d }, context).ok).toBe('boolean');
      }),
    );
  });
});
