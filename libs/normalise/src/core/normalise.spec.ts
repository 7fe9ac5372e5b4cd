import { describe, expect, it } from '@jest/globals';
import {
  addToLossSummary,
  createNormaliser,
  detectFormat,
  emptyLossSummary,
  type FormatAdapter,
  FORMATS,
  normalise,
} from './index.ts';
import { isIpAddress } from './ip-address.ts';
import type { NormalisedEvent } from './index.ts';

const context = { tenant: 'acme' };
function taken(format: string, record: unknown): NormalisedEvent {
  const result = normalise(format, record, context);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result;
}
const codes = (format: string, record: unknown) => {
  const result = normalise(format, record, context);
  return result.ok ? [] : result.faults.map((one) => `${one.code} ${one.pointer}`);
};

const trail = {
  eventVersion: '1.09',
  eventID: 'c0ffee00-0000-4000-8000-000000000001',
  eventTime: '2026-03-01T10:00:00Z',
  eventSource: 'iam.amazonaws.com',
  eventName: 'AttachUserPolicy',
  awsRegion: 'us-east-1',
  readOnly: false,
  recipientAccountId: '111122223333',
  sourceIPAddress: '192.0.2.7',
  userAgent: 'aws-cli/2',
  requestID: 'r-1',
  eventType: 'AwsApiCall',
  requestParameters: { userName: 'mallory', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
  responseElements: null,
  userIdentity: {
    type: 'IAMUser',
    arn: 'arn:aws:iam::111122223333:user/alice',
    accountId: '111122223333',
    userName: 'alice',
    accessKeyId: 'AKIAEXAMPLE000000001',
  },
};
const pdri = {
  event_id: 'e-1',
  event_type: 'DATA_EXPORT',
  timestamp: '2026-03-01T10:00:00.123456',
  source_system_id: 'aegis',
  target_entity_id: 'datastore:crm',
  identity_id: 'bob',
  sensitivity_tags: ['financial_related', 'health_related'],
  exposure_direction: 'internal_to_external',
  data_volume_estimate: 1024,
  privilege_level: 'admin',
};
const ocsf = {
  class_uid: 4001,
  category_uid: 4,
  activity_id: 6,
  type_uid: 400106,
  time: 1_772_359_200_000,
  severity_id: 1,
  metadata: { version: '1.3.0', uid: 'o-1', product: { name: 'fw', vendor_name: 'Acme' } },
  src_endpoint: { ip: '192.0.2.7' },
  dst_endpoint: { hostname: 'db1' },
  unmapped: { x: 1 },
};

describe('cloudtrail', () => {
  it('writes a change of a user as Account Change with actor, target and source address', () => {
    const { event, identity, entities } = taken('cloudtrail', trail);
    expect(event).toMatchObject({
      class_uid: 3001,
      activity_id: 7,
      type_uid: 300107,
      category_uid: 3,
      time: 1_772_359_200_000,
      status_id: 1,
      api: {
        operation: 'AttachUserPolicy',
        service: { name: 'iam.amazonaws.com' },
        request: { uid: 'r-1', data: trail.requestParameters },
      },
      actor: { user: { type: 'IAMUser', type_id: 1, name: 'alice', uid: trail.userIdentity.arn } },
      cloud: { provider: 'AWS', region: 'us-east-1', account: { uid: '111122223333' } },
      src_endpoint: { ip: '192.0.2.7' },
      user: { name: 'mallory' },
      metadata: { uid: trail.eventID, tenant_uid: 'acme', event_code: 'AttachUserPolicy' },
    });
    expect(identity).toEqual({ source: 'aws.cloudtrail/111122223333', id: trail.eventID, timeMs: 1_772_359_200_000 });
    expect(entities).toEqual([
      { type: 'identity', id: 'arn:aws:iam::111122223333:user/alice', role: 'actor' },
      { type: 'external', id: '192.0.2.7', role: 'origin' },
      { type: 'identity', id: 'arn:aws:iam::111122223333:user/mallory', role: 'target' },
    ]);
  });

  it.each([
    ['signin.amazonaws.com', 'ConsoleLogin', 3002, 1],
    ['sts.amazonaws.com', 'AssumeRole', 3002, 4],
    ['iam.amazonaws.com', 'CreateUser', 3001, 1],
    ['iam.amazonaws.com', 'UpdateLoginProfile', 3001, 4],
    ['ec2.amazonaws.com', 'DescribeVpcs', 6003, 2],
    ['lambda.amazonaws.com', 'UpdateFunctionCode20150331v2', 6003, 3],
    ['ec2.amazonaws.com', 'DeleteFlowLogs', 6003, 4],
    ['ssm.amazonaws.com', 'SendCommand', 6003, 1],
    ['x.amazonaws.com', 'Frobnicate', 6003, 99],
    ['iam.amazonaws.com', 'CreateAccessKey', 3001, 99],
    ['iam.amazonaws.com', 'constructor', 6003, 99],
  ])('gives %s %s class %i and activity %i', (eventSource, eventName, classUid, activityId) => {
    const { event } = taken('cloudtrail', { ...trail, eventSource, eventName });
    expect(event).toMatchObject({
      class_uid: classUid,
      activity_id: activityId,
      type_uid: classUid * 100 + activityId,
    });
    expect(activityId === 99).toBe(typeof event['activity_name'] === 'string'); // OCSF: Other demands a label
  });

  it.each([
    ['045.007.1.2', { name: '045.007.1.2' }],
    ['ec2.amazonaws.com', { domain: 'ec2.amazonaws.com' }],
    ['AWS Internal', { name: 'AWS Internal' }],
    ['2001:db8::1', { ip: '2001:db8::1' }],
  ])('keeps the source address %s without calling it an address when it is none', (sourceIPAddress, endpoint) => {
    expect(taken('cloudtrail', { ...trail, sourceIPAddress }).event['src_endpoint']).toEqual(endpoint);
  });

  it('takes the role behind a session as the actor, and the things that requests name as targets', () => {
    const { entities } = taken('cloudtrail', {
      ...trail,
      eventSource: 'ssm.amazonaws.com',
      eventName: 'SendCommand',
      requestParameters: { instanceIds: ['i-1', 'i-2'] },
      userIdentity: {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::1:assumed-role/r/s',
        sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::1:role/r' } },
      },
      resources: [
        { ARN: 'arn:aws:s3:::b' },
        { ARN: 'arn:aws:ssm:us-east-1:1:parameter/p', accountId: '1', type: 'AWS::SSM::Parameter' },
      ],
    });
    expect(entities.map((one) => `${one.role} ${one.type} ${one.id}`)).toEqual([
      'actor identity arn:aws:iam::1:role/r',
      'origin external 192.0.2.7',
      'target data_store arn:aws:s3:::b',
      'target data_store arn:aws:ssm:us-east-1:1:parameter/p',
      'target service arn:aws:ec2:us-east-1:111122223333:instance/i-1',
      'target service arn:aws:ec2:us-east-1:111122223333:instance/i-2',
    ]);
  });

  it('takes EC2 instance sets, trails, snapshots and models as targets', () => {
    const targets = (eventSource: string, requestParameters: object) =>
      taken('cloudtrail', { ...trail, eventSource, requestParameters })
        .entities.filter((one) => one.role === 'target')
        .map((one) => `${one.type} ${one.id}`);
    expect(targets('ec2.amazonaws.com', { instancesSet: { items: [{ instanceId: 'i-9' }, 3] } })).toEqual([
      'service arn:aws:ec2:us-east-1:111122223333:instance/i-9',
    ]);
    expect(targets('cloudtrail.amazonaws.com', { name: 'main' })).toEqual([
      'service arn:aws:cloudtrail:us-east-1:111122223333:trail/main',
    ]);
    expect(targets('ec2.amazonaws.com', { snapshotId: 'snap-1' })).toEqual([
      'data_store arn:aws:ec2:us-east-1:111122223333:snapshot/snap-1',
    ]);
    expect(targets('bedrock.amazonaws.com', { modelId: 'm$&' })).toEqual([
      'ai_tool arn:aws:bedrock:us-east-1::foundation-model/m$&',
    ]);
    expect(targets('iam.amazonaws.com', { roleArn: 'arn:aws:iam::1:role/x' })).toEqual([
      'identity arn:aws:iam::1:role/x',
    ]);
  });

  it('reads a failed call and a failed login as failures', () => {
    expect(taken('cloudtrail', { ...trail, errorCode: 'AccessDenied', errorMessage: 'no' }).event).toMatchObject({
      status_id: 2,
      status_code: 'AccessDenied',
      status_detail: 'no',
    });
    const login = {
      ...trail,
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      responseElements: { ConsoleLogin: 'Failure' },
      additionalEventData: { MFAUsed: 'No' },
    };
    expect(taken('cloudtrail', login).event).toMatchObject({
      status_id: 2,
      is_mfa: false,
      unmapped: { additionalEventData: { MFAUsed: 'No' } },
    });
  });

  it('derives the id of a record without eventID from its content', () => {
    const { eventID: _, ...rest } = trail;
    expect(taken('cloudtrail', rest).identity.id).toBe(taken('cloudtrail', { ...rest }).identity.id);
    expect(taken('cloudtrail', rest).identity.id).not.toBe(
      taken('cloudtrail', { ...rest, awsRegion: 'x' }).identity.id,
    );
  });

  it('refuses records without name, service or time, with a pointer for each', () => {
    expect(codes('cloudtrail', { eventName: '', eventTime: 'yesterday' })).toEqual([
      'normalise.invalid_record /eventSource',
      'normalise.invalid_record /eventName',
      'normalise.invalid_record /eventTime',
    ]);
  });
});

describe('security-event', () => {
  it('maps type, direction, tags, volume and privilege, and reads a time without a zone as UTC', () => {
    const { event, entities, identity, account } = taken('security-event', pdri);
    expect(event).toMatchObject({
      class_uid: 6005,
      activity_id: 99,
      activity_name: 'Data export',
      time: 1_772_359_200_123,
      data_classifications: [{ category_id: 3 }, { category_id: 1 }],
      pdri: {
        event_type: 'DATA_EXPORT',
        exposure_direction: 'internal_to_external',
        data_volume_bytes: 1024,
        privilege_level: 'admin',
      },
    });
    expect(entities).toEqual([
      { type: 'identity', id: 'bob', role: 'actor' },
      { type: 'data_store', id: 'datastore:crm', role: 'target' },
      { type: 'service', id: 'aegis', role: 'reporter' },
    ]);
    expect(identity).toEqual({ source: 'aegis', id: 'e-1', timeMs: 1_772_359_200_123 });
    expect(account.unmapped).toEqual([]);
  });

  it('takes the REST ingest body: the tool as actor, its volume in bytes and its sanction', () => {
    const { event, entities } = taken('security-event', {
      event_id: 'e-2',
      event_type: 'AI_TOOL_DISCOVERY',
      source_system_id: 'aegis',
      timestamp: '2026-03-01T10:00:00+02:00',
      entity_id: 'crm',
      entity_type: 'saas_app',
      entity_name: 'CRM',
      identity_id: 'ai:copy',
      severity: 'High',
      ai_context: { ai_tool_id: 'ai:copy', is_sanctioned: false, data_volume_bytes: 7, vendor: 'v' },
    });
    expect(event).toMatchObject({
      class_uid: 2004,
      severity_id: 4,
      time: 1_772_352_000_000,
      pdri: { data_volume_bytes: 7, ai: { is_sanctioned: false, vendor: 'v' } },
      finding_info: { uid: 'e-2' },
    });
    expect(entities.slice(0, 2)).toEqual([
      { type: 'ai_tool', id: 'ai:copy', role: 'actor' },
      { type: 'external', id: 'crm', role: 'target' },
    ]);
  });

  it.each([
    ['shadow_ai_tool', 'AI_TOOL_DISCOVERY', 'internal_to_ai'],
    ['sensitive_data_exposure', 'DATA_EXPORT', 'internal_to_external'],
    ['policy_violation', 'SYSTEM_ACCESS', 'internal_to_internal'],
    ['privilege_risk', 'PRIVILEGE_ESCALATION', 'internal_to_internal'],
  ])('takes an Aegis finding of type %s as %s, score on 0-100', (findingType, type, direction) => {
    const { event, identity, entities } = taken('auto', {
      id: 'f1',
      finding_type: findingType,
      severity: 'critical',
      status: 'open',
      title: 't',
      resource_arn: 'arn:aws:s3:::b',
      resource_type: 's3_bucket',
      risk_score: 0.815,
      created_at: '2026-03-01T10:00:00Z',
      evidence: { has_pii: true, data_sensitivity: 0.9 },
      ai_provider: 'openai',
      region: 'eu-west-1',
    });
    expect(event).toMatchObject({
      class_uid: 2004,
      severity_id: 5,
      risk_score: 81.5,
      pdri: {
        event_type: type,
        exposure_direction: direction,
        sensitivity_tags: ['identity_related', 'regulated_data'],
      },
    });
    expect(identity.id).toBe('aegis-f1');
    expect(entities[0]).toEqual({ type: 'data_store', id: 'arn:aws:s3:::b', role: 'target' });
  });

  it('refuses a score outside 0-1 as a score, and keeps it unmapped', () => {
    const { event } = taken('auto', {
      id: 'f1',
      finding_type: 'x',
      created_at: '2026-03-01T10:00:00Z',
      risk_score: 81,
    });
    expect(event['risk_score']).toBeUndefined();
    expect(event.unmapped).toEqual({ risk_score: 81 });
  });

  it('names every fault of a record, and refuses a tenant that does not agree', () => {
    expect(
      codes('security-event', {
        event_type: 'NOPE',
        exposure_direction: 'sideways',
        data_volume_estimate: -1,
        tenant_id: 'other',
      }),
    ).toEqual([
      'normalise.invalid_record /event_id',
      'normalise.invalid_record /source_system_id',
      'normalise.invalid_record /event_type',
      'normalise.invalid_record /timestamp',
      'normalise.invalid_record /exposure_direction',
      'normalise.invalid_record /data_volume_estimate',
      'normalise.tenant_mismatch /tenant_id',
    ]);
    expect(codes('security-event', { id: 'f', finding_type: 'x', created_at: 'never' })).toEqual([
      'normalise.invalid_record /created_at',
    ]);
    expect(codes('security-event', { id: '', finding_type: 'x', created_at: 'never' })).toEqual([
      'normalise.invalid_record /id',
      'normalise.invalid_record /created_at',
    ]);
    expect(codes('security-event', { id: 'f', finding_type: 'x', created_at: 1e300 })).toEqual([
      'normalise.invalid_record /created_at',
    ]);
    expect(codes('security-event', { id: 'f', finding_type: 'x', created_at: 1772359200, tenant_id: 'other' })).toEqual(
      ['normalise.tenant_mismatch /tenant_id'],
    );
    expect(taken('security-event', { ...pdri, tenant_id: 'acme' }).ok).toBe(true);
  });
});

describe('ocsf', () => {
  it('passes an event through whole, adding only the tenant', () => {
    const { event, entities, identity, account } = taken('auto', ocsf);
    expect(event).toEqual({ ...ocsf, metadata: { ...ocsf.metadata, tenant_uid: 'acme' } });
    expect(identity).toEqual({ source: 'Acme/fw', id: 'o-1', timeMs: ocsf.time });
    expect(entities).toEqual([
      { type: 'external', id: '192.0.2.7', role: 'origin' },
      { type: 'service', id: 'db1', role: 'target' },
    ]);
    expect(account.unmapped).toEqual([]);
  });

  it('takes users, stores and typed resources as entities', () => {
    const { entities } = taken('ocsf', {
      ...ocsf,
      actor: { user: { uid: 'u' } },
      user: { name: 'v' },
      database: { name: 'd' },
      device: { hostname: 'h' },
      metadata: { ...ocsf.metadata, uid: '' },
      resources: [{ uid: 'r1', type: 'S3 bucket' }, { name: 'r2', type: 'AWS::IAM::Role' }, { uid: 'r3' }, null],
    });
    expect(entities.map((one) => `${one.role} ${one.type} ${one.id}`)).toEqual([
      'actor identity u',
      'target identity v',
      'origin external 192.0.2.7',
      'target service db1',
      'reporter service h',
      'target data_store d',
      'target data_store r1',
      'target identity r2',
      'target service r3',
    ]);
  });

  it('identifies an enveloped event by the envelope and accounts for the envelope too', () => {
    const { identity, account } = taken('ocsf', {
      specversion: '1.0',
      id: 'ce-1',
      source: '/fw',
      type: 't',
      tenantid: 'acme',
      data: ocsf,
    });
    expect(identity).toEqual({ source: '/fw', id: 'ce-1', timeMs: ocsf.time });
    expect(account.dropped).toEqual(['/specversion', '/type']);
    expect(account.kept.slice(0, 3)).toEqual(['/id', '/source', '/tenantid']);
  });

  it('refuses what breaks the rules of OCSF, another tenant, and faults inside an envelope at their pointer', () => {
    expect(
      codes('ocsf', { ...ocsf, type_uid: 1, category_uid: 6, metadata: { ...ocsf.metadata, tenant_uid: 'other' } }),
    ).toEqual([
      'normalise.invalid_record /type_uid',
      'normalise.invalid_record /category_uid',
      'normalise.tenant_mismatch /metadata/tenant_uid',
    ]);
    expect(codes('ocsf', { specversion: '1.0', id: 'a', source: 'b', data: { ...ocsf, type_uid: 1 } })).toEqual([
      'normalise.invalid_record /data/type_uid',
    ]);
    expect(codes('ocsf', { specversion: '1.0', id: 'a', source: 'b', tenantid: 'other', data: ocsf })).toEqual([
      'normalise.tenant_mismatch /tenantid',
    ]);
    expect(codes('ocsf', {})).not.toEqual([]);
    expect(codes('ocsf', { ...ocsf, time: 1e30 })).toEqual(['normalise.invalid_record /time']);
    const beyond = { class_uid: 4_000_000_000, category_uid: 0, activity_id: 0, type_uid: 400_000_000_000 };
    expect(codes('ocsf', { ...ocsf, ...beyond })).toEqual(['normalise.invalid_record /class_uid']);
  });
});

describe('the registry', () => {
  it('recognises each format by its members, through an envelope too, and nothing else', () => {
    expect(
      [trail, pdri, ocsf, { a: 1 }, 7, { specversion: '1.0', id: 'a', source: 'b', data: pdri }].map(detectFormat),
    ).toEqual(['cloudtrail', 'security-event', 'ocsf', null, null, 'security-event']);
  });

  it('says which formats there are when one is not known, and asks for a name when none is recognised', () => {
    expect(codes('qradar', {})).toEqual(['normalise.unknown_format ']);
    expect(codes('auto', { a: 1 })).toEqual(['normalise.not_recognised ']);
    expect(codes('auto', [1])).toEqual(['normalise.invalid_record ']);
    expect(codes('ocsf', { many: Array.from({ length: 20_001 }, () => 0) })).toEqual(['normalise.record_too_large ']);
    expect(FORMATS).toEqual(['auto', 'ocsf', 'security-event', 'cloudtrail', 'guardduty', 'asff', 'wazuh', 'suricata']);
  });

  it('takes a further format without a change of the door', () => {
    const adapter: FormatAdapter = {
      name: 'mini',
      recognises: (source) => source.peek('mini') !== undefined,
      map: (source, { tenant }) => ({
        event: {
          class_uid: 0,
          category_uid: 0,
          activity_id: 0,
          type_uid: 0,
          time: source.number('mini') ?? 0,
          severity_id: 0,
          metadata: { version: '1.5.0', product: { name: 'mini' }, tenant_uid: tenant },
        },
        identity: { source: 'mini', id: '1', timeMs: 0 },
        entities: [],
      }),
    };
    const result = createNormaliser([adapter]).normalise(
      'auto',
      { mini: 5, rest: { a: [1] }, deep: undefined },
      context,
    );
    expect(result).toMatchObject({
      format: 'mini',
      event: { time: 5, unmapped: { rest: { a: [1] } } },
      account: { kept: ['/mini'], unmapped: ['/rest/a/0'], dropped: ['/deep'] },
    });
  });

  it('takes no number as an id that another number reads as too', () => {
    expect(codes('security-event', { ...pdri, event_id: 12_345 })).toEqual([]);
    expect(codes('security-event', { ...pdri, event_id: 2 ** 60 })).toEqual(['normalise.invalid_record /event_id']);
  });

  it('keeps a source and an id within what an index takes, and still tells long ones apart', () => {
    const long = (id: string, source: string) => taken('auto', { specversion: '1.0', id, source, data: ocsf }).identity;
    const emoji = '\u{1F6E1}'.repeat(200);
    const ids = [long(`${emoji}a`, 's'), long(`${emoji}b`, 's'), long('1', 'x'.repeat(100_000))];
    expect(ids.map(({ source, id }) => Math.max(Buffer.byteLength(source), Buffer.byteLength(id)) <= 512)).toEqual([
      true,
      true,
      true,
    ]);
    expect(ids[0]?.id).not.toBe(ids[1]?.id);
    expect(long('1', 's')).toMatchObject({ source: 's', id: '1' });
    const nameless = { ...ocsf, metadata: { ...ocsf.metadata, product: { name: '' } } };
    expect(taken('ocsf', nameless).identity.source).toBe('ocsf');
  });

  it('replaces NUL and lone surrogates, so that a database and RFC 8785 can carry the event', () => {
    expect(taken('cloudtrail', { ...trail, userAgent: 'a\0b\ud800' }).event['http_request']).toEqual({
      user_agent: 'a\uFFFDb\uFFFD',
    });
  });
});

describe('names that every object has', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'are no event type, severity, tag or parameter: %s',
    (name) => {
      expect(codes('security-event', { ...pdri, event_type: name })).toEqual(['normalise.invalid_record /event_type']);
      expect(
        taken('security-event', { ...pdri, severity: name, sensitivity_tags: [name], target_entity_id: `${name}:x` })
          .event.severity_id,
      ).toBe(0);
      expect(
        taken('cloudtrail', { ...trail, requestParameters: { [name]: 'v' }, userIdentity: { type: name } }).entities,
      ).toHaveLength(1);
      expect(taken('auto', { id: 'f', finding_type: name, created_at: '2026-03-01T10:00:00Z' }).event).toMatchObject({
        metadata: { event_code: 'SYSTEM_ACCESS' },
      });
    },
  );
});

describe('addresses', () => {
  it.each(['192.0.2.255', '::', '::1', '2001:db8::', '1:2:3:4:5:6:7:8', '::ffff:192.0.2.1', 'fe80::1'])(
    'takes %s',
    (text) => {
      expect(isIpAddress(text)).toBe(true);
    },
  );
  it.each([
    '',
    '1.2.3',
    '256.1.1.1',
    '01.2.3.4',
    '1:2:3',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    'ab',
    '::1.2.3.04',
    'x'.repeat(99),
  ])('refuses "%s"', (text) => {
    expect(isIpAddress(text)).toBe(false);
  });
});

describe('the loss summary', () => {
  it('counts paths over records with list positions taken together', () => {
    let summary = emptyLossSummary;
    const lists = { kept: ['/a'], unmapped: ['/x/0/y', '/x/1/y', '/p~1q'], dropped: [''] };
    for (let n = 0; n < 2; n++) summary = addToLossSummary(summary, lists);
    expect(summary).toEqual({ records: 2, kept: 2, unmapped: { 'p/q': 2, 'x[].y': 4 }, dropped: { $: 2 } });
  });
});
