import { describe, expect, it } from '@jest/globals';
import { pdriEvent, trailEvent } from '../../../test/support/events.ts';
import { compileRules, type CorrelationEvent, createFold, defaultRules } from '../index.ts';

const ruleset = compileRules(defaultRules());
const fold = createFold(ruleset, { tenant: 't' });
const fired = (...events: readonly CorrelationEvent[]) =>
  fold
    .observe(fold.empty(), events)
    .findings.map((finding) => `${finding.level} ${finding.rule.id}`)
    .sort();
const MB = 1_048_576;
const DAY = 86_400_000;
const iam = (eventName: string, requestParameters: object, more: object = {}) =>
  trailEvent({ eventSource: 'iam.amazonaws.com', eventName, requestParameters, ...more });
const call = (service: string, eventName: string, more: object = {}) =>
  trailEvent({ eventSource: `${service}.amazonaws.com`, eventName, ...more });

describe('the rules of PDRI, from ingested events alone', () => {
  const reads = {
    event_type: 'AI_DATA_ACCESS',
    exposure_direction: 'internal_to_ai',
    target_entity_id: 'datastore:crm',
    sensitivity_tags: ['identity_related'],
  };

  it('R1 fires on an unsanctioned tool with sensitive data, however the sanction is told', () => {
    const id = 'high dmitry-pdri-shadow-ai';
    expect(fired(pdriEvent({ ...reads, event_type: 'UNSANCTIONED_AI_TOOL' }))).toContain(id);
    expect(fired(pdriEvent({ ...reads, ai_context: { is_sanctioned: false } }))).toContain(id);
    expect(fired(pdriEvent({ ...reads, metadata: { is_sanctioned: false } }))).toContain(id);
    expect(fired(pdriEvent({ ...reads, event_type: 'UNSANCTIONED_AI_TOOL', privilege_level: 'admin' }))).toContain(
      'critical dmitry-pdri-shadow-ai',
    );
  });

  it('R1 fires on two events of one tool: found unsanctioned, then reading sensitive data', () => {
    const tool = pdriEvent({ event_type: 'UNSANCTIONED_AI_TOOL', target_entity_id: 'ai:copy', sensitivity_tags: [] });
    expect(fired(tool, pdriEvent({ ...reads, identity_id: 'ai:copy' }, 2 * DAY))).toContain(
      'high dmitry-pdri-shadow-ai-path',
    );
    expect(fired(tool, pdriEvent({ ...reads, identity_id: 'ai:other' }, 2 * DAY))).not.toContain(
      'high dmitry-pdri-shadow-ai-path',
    );
  });

  it('R1 is silent about a tool of which nothing is said, and about data that is not sensitive', () => {
    expect(fired(pdriEvent(reads)).join()).not.toContain('shadow-ai');
    expect(fired(pdriEvent({ ...reads, ai_context: { is_sanctioned: true } })).join()).not.toContain('shadow-ai');
    expect(
      fired(pdriEvent({ ...reads, ai_context: { is_sanctioned: false }, sensitivity_tags: ['unknown'] })),
    ).not.toContain('high dmitry-pdri-shadow-ai');
  });

  it('R2 fires one hop and two hops away from a tool, and not for a standard identity', () => {
    const privileged = {
      event_type: 'SYSTEM_ACCESS',
      exposure_direction: 'internal_to_internal',
      privilege_level: 'super_admin',
      identity_id: 'root',
      target_entity_id: 'datastore:crm',
    };
    expect(fired(pdriEvent({ ...reads, privilege_level: 'admin', identity_id: 'root' }))).toContain(
      'high dmitry-pdri-privileged-identity',
    );
    expect(fired(pdriEvent(privileged), pdriEvent({ ...reads, identity_id: 'ai:copy' }, DAY))).toContain(
      'high dmitry-pdri-privileged-identity-path',
    );
    expect(
      fired(
        pdriEvent({ ...privileged, privilege_level: 'standard' }),
        pdriEvent({ ...reads, identity_id: 'ai:copy' }, DAY),
      ).join(),
    ).not.toContain('privileged-identity');
  });

  it.each([
    [90, null],
    [110, 'medium'],
    [260, 'high'],
    [510, 'critical'],
  ])('R3 on %i MB within seven days is %s, out of several events', (megabytes, level) => {
    const part = (at: number, more: object = {}) =>
      pdriEvent(
        {
          event_type: 'DATA_EXPORT',
          exposure_direction: 'internal_to_external',
          identity_id: 'bob',
          data_volume_estimate: (megabytes * MB) / 2,
          ...more,
        },
        at,
      );
    const found = fired(part(DAY), part(3 * DAY)).filter((one) => one.endsWith(' dmitry-pdri-excessive-export'));
    expect(found).toEqual(level === null ? [] : [`${level} dmitry-pdri-excessive-export`]);
    expect(
      fired(part(DAY), part(9 * DAY), part(DAY, { exposure_direction: 'internal_to_internal' })).join(),
    ).not.toContain(megabytes < 200 ? 'excessive' : 'nothing');
  });

  it('R3 fires by entity where nobody is named, and reads the volume of the REST body', () => {
    const event = pdriEvent({
      event_type: 'DATA_MOVEMENT',
      exposure_direction: 'internal_to_ai',
      target_entity_id: 'd',
      ai_context: { data_volume_bytes: 200 * MB },
    });
    expect(fired(event)).toContain('medium dmitry-pdri-excessive-export-unattributed');
  });

  it.each([
    ['AI_DATA_ACCESS', 'ai-exposure'],
    ['AI_PROMPT_SENSITIVE', 'ai-exposure'],
    ['AI_API_INTEGRATION', 'ai-integration'],
    ['AI_AGENT_PRIV_ACCESS', 'privilege-escalation'],
    ['PRIVILEGE_ESCALATION', 'privilege-escalation'],
    ['UNSANCTIONED_AI_TOOL', 'shadow-ai'],
    ['SYSTEM_ACCESS', 'access-pattern'],
    ['DATA_MOVEMENT', 'data-movement'],
    ['DATA_EXPORT', 'data-exfiltration'],
    ['DATA_AGGREGATION', 'data-aggregation'],
  ])(
    '%s makes %s: low at the third event of an entity, high when tagged and outbound, critical when privileged too',
    (type, name) => {
      const id = `dmitry-pdri-type-${name}`;
      const event = (more: object, at = 1_000_000) =>
        pdriEvent({ event_type: type, exposure_direction: 'internal_to_internal', target_entity_id: 'd', ...more }, at);
      const only = (list: readonly string[]) => list.filter((one) => one.endsWith(id));
      expect(only(fired(event({}), event({})))).toEqual([]);
      expect(only(fired(event({}), event({}), event({})))).toEqual([`low ${id}`]);
      expect(only(fired(event({}), event({}), event({}, 2_000_000)))).toEqual([]);
      const outbound = { exposure_direction: 'internal_to_ai', sensitivity_tags: ['health_related'] };
      expect(only(fired(event(outbound)))).toEqual([`high ${id}`]);
      expect(only(fired(event({ ...outbound, privilege_level: 'admin' })))).toEqual([`critical ${id}`]);
    },
  );

  it('finds bursts of failures of one identity, and of many at one system', () => {
    const failure = (n: number, identity: string) =>
      pdriEvent(
        { event_type: 'SYSTEM_AUTH_FAILURE', identity_id: identity, target_entity_id: 'vpn' },
        1_000_000 + n * 1_000,
      );
    const times = Array.from({ length: 5 }, (_, n) => n);
    expect(fired(...times.map((n) => failure(n, 'bob')))).toEqual(['medium dmitry-pdri-auth-failure-burst']);
    expect(fired(...times.map((n) => failure(n, `user-${n}`)))).toEqual(['medium dmitry-pdri-auth-failure-spray']);
    expect(fired(...times.slice(1).map((n) => failure(n, 'bob')))).toEqual([]);
  });
});

describe('the rules for CloudTrail', () => {
  it('never look at the user agent', () => {
    expect(defaultRules().join('\n')).not.toMatch(/user_?agent/i);
  });

  it('name a technique of ATT&CK in every rule that makes findings at level low or above', () => {
    const heads = [
      ...ruleset.detections.filter((rule) => rule.extension.generate && rule.level !== 'informational'),
      ...ruleset.correlations,
    ];
    expect(heads.filter((rule) => rule.techniques.length === 0).map((rule) => rule.id)).toEqual([]);
  });

  it.each<[string, CorrelationEvent]>([
    [
      'high dmitry-aws-admin-policy',
      iam('AttachUserPolicy', { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess', userName: 'm' }),
    ],
    [
      'medium dmitry-aws-admin-policy',
      iam('AttachRolePolicy', { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess', roleName: 'm' }),
    ],
    [
      'high dmitry-aws-inline-admin-policy',
      iam('PutRolePolicy', { policyDocument: '{"Statement":[{"Effect":"Allow","Action":"*","Resource":["*"]}]}' }),
    ],
    ['low dmitry-aws-create-user', iam('CreateUser', { userName: 'm' })],
    ['medium dmitry-aws-access-key-for-other', iam('CreateAccessKey', { userName: 'm' })],
    ['medium dmitry-aws-login-profile', iam('UpdateLoginProfile', { userName: 'm' })],
    ['high dmitry-aws-login-profile', iam('CreateLoginProfile', { userName: 'm', passwordResetRequired: false })],
    [
      'critical dmitry-aws-role-trust',
      iam('UpdateAssumeRolePolicy', { policyDocument: '{"Principal": {"AWS": "*"}}' }),
    ],
    [
      'low dmitry-aws-role-trust',
      iam('UpdateAssumeRolePolicy', { policyDocument: '{"Principal": {"Service": "ec2.amazonaws.com"}}' }),
    ],
    ['high dmitry-aws-rolesanywhere-anchor', call('rolesanywhere', 'CreateTrustAnchor')],
    ['medium dmitry-aws-mfa-removed', iam('DeactivateMFADevice', { userName: 'm' })],
    [
      'critical dmitry-aws-console-without-mfa',
      call('signin', 'ConsoleLogin', {
        responseElements: { ConsoleLogin: 'Success' },
        additionalEventData: { MFAUsed: 'No' },
        userIdentity: { type: 'Root', arn: 'r' },
      }),
    ],
    ['high dmitry-aws-root-used', call('ec2', 'RunInstances', { userIdentity: { type: 'Root', arn: 'r' } })],
    ['medium dmitry-aws-federation-token', call('sts', 'GetFederationToken')],
    ['low dmitry-aws-authorization-details', iam('GetAccountAuthorizationDetails', {})],
    ['high dmitry-aws-trail-stopped', call('cloudtrail', 'StopLogging')],
    [
      'high dmitry-aws-trail-changed',
      call('cloudtrail', 'PutEventSelectors', {
        requestParameters: { eventSelectors: [{ includeManagementEvents: false }] },
      }),
    ],
    [
      'low dmitry-aws-trail-changed',
      call('cloudtrail', 'PutEventSelectors', {
        requestParameters: { eventSelectors: [{ includeManagementEvents: true, readWriteType: 'All' }] },
      }),
    ],
    [
      'medium dmitry-aws-short-lifecycle',
      call('s3', 'PutBucketLifecycle', {
        requestParameters: { LifecycleConfiguration: { Rule: { Expiration: { Days: 1 } } } },
      }),
    ],
    ['high dmitry-aws-flow-logs-deleted', call('ec2', 'DeleteFlowLogs')],
    ['high dmitry-aws-dns-logs-deleted', call('route53resolver', 'DeleteResolverQueryLogConfig')],
    ['low dmitry-aws-log-group-deleted', call('logs', 'DeleteLogGroup')],
    ['high dmitry-aws-detector-off', call('guardduty', 'UpdateDetector', { requestParameters: { enable: false } })],
    ['high dmitry-aws-leave-organization', call('organizations', 'LeaveOrganization')],
    [
      'high dmitry-aws-group-opened',
      call('ec2', 'AuthorizeSecurityGroupIngress', {
        requestParameters: {
          ipPermissions: { items: [{ fromPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
        },
      }),
    ],
    [
      'low dmitry-aws-group-opened',
      call('ec2', 'AuthorizeSecurityGroupIngress', { requestParameters: { cidrIp: '0.0.0.0/0', fromPort: 443 } }),
    ],
    [
      'high dmitry-aws-snapshot-shared',
      call('ec2', 'ModifySnapshotAttribute', {
        requestParameters: { createVolumePermission: { add: { items: [{ userId: '999988887777' }] } } },
      }),
    ],
    [
      'critical dmitry-aws-snapshot-shared',
      call('rds', 'ModifyDBSnapshotAttribute', {
        requestParameters: { attributeName: 'restore', valuesToAdd: ['all'] },
      }),
    ],
    [
      'high dmitry-aws-bucket-opened',
      call('s3', 'PutBucketPolicy', { requestParameters: { bucketPolicy: { Statement: [{ Principal: '*' }] } } }),
    ],
    [
      'medium dmitry-aws-bucket-opened',
      call('s3', 'PutBucketPolicy', {
        requestParameters: { bucketPolicy: { Statement: [{ Principal: { AWS: 'arn:aws:iam::999988887777:root' } }] } },
      }),
    ],
    [
      'low dmitry-aws-send-command',
      call('ssm', 'SendCommand', { requestParameters: { documentName: 'AWS-RunShellScript', instanceIds: ['i-1'] } }),
    ],
    [
      'medium dmitry-aws-send-command-many',
      call('ssm', 'SendCommand', {
        requestParameters: { documentName: 'AWS-RunShellScript', instanceIds: ['i-1', 'i-2', 'i-3'] },
      }),
    ],
    [
      'medium dmitry-aws-user-data',
      call('ec2', 'ModifyInstanceAttribute', { requestParameters: { userData: { value: 'x' } } }),
    ],
    [
      'medium dmitry-aws-unusual-instances',
      call('ec2', 'RunInstances', {
        requestParameters: { instanceType: 'p4d.24xlarge' },
        errorCode: 'Client.UnauthorizedOperation',
      }),
    ],
    ['medium dmitry-aws-model-access', call('bedrock', 'PutFoundationModelEntitlement')],
    [
      'medium dmitry-aws-function-changed',
      call('lambda', 'UpdateFunctionConfiguration20150331v2', { requestParameters: { layers: ['l'] } }),
    ],
    ['low dmitry-aws-function-changed', call('lambda', 'UpdateFunctionCode20150331v2')],
    [
      'high dmitry-aws-function-opened',
      call('lambda', 'AddPermission20150331v2', { requestParameters: { principal: '*' } }),
    ],
    ['medium dmitry-aws-key-destroyed', call('kms', 'ScheduleKeyDeletion')],
  ])('%s', (expected, event) => {
    expect(fired(event)).toContain(expected);
  });

  it.each<[string, (n: number) => CorrelationEvent, number]>([
    [
      'medium dmitry-aws-console-failures',
      () =>
        call('signin', 'ConsoleLogin', { responseElements: { ConsoleLogin: 'Failure' }, sourceIPAddress: '192.0.2.1' }),
      5,
    ],
    ['medium dmitry-aws-denied-burst', () => call('s3', 'ListBuckets', { errorCode: 'AccessDenied' }), 10],
    [
      'high dmitry-aws-secrets-bulk',
      (n) => call('secretsmanager', 'GetSecretValue', { requestParameters: { secretId: `s${n}` } }),
      15,
    ],
    ['high dmitry-aws-secrets-batch-bulk', () => call('secretsmanager', 'BatchGetSecretValue'), 3],
    [
      'high dmitry-aws-parameters-bulk',
      (n) =>
        call('ssm', 'GetParameters', {
          requestParameters: { withDecryption: true, names: [`p${n}`, `q${n}`, `r${n}`] },
        }),
      5,
    ],
    [
      'high dmitry-aws-password-data-bulk',
      (n) => call('ec2', 'GetPasswordData', { requestParameters: { instanceId: `i-${n}` } }),
      5,
    ],
    [
      'high dmitry-aws-instance-connect-many',
      (n) => call('ec2-instance-connect', 'SendSSHPublicKey', { requestParameters: { instanceId: `i-${n}` } }),
      3,
    ],
    [
      'medium dmitry-aws-start-session-many',
      (n) => call('ssm', 'StartSession', { requestParameters: { target: `i-${n}` } }),
      3,
    ],
    ['medium dmitry-aws-model-burst', () => call('bedrock', 'InvokeModel'), 100],
  ])('%s at the threshold and not below', (expected, make, threshold) => {
    const events = Array.from({ length: threshold }, (_, n) => make(n));
    expect(fired(...events)).toContain(expected);
    expect(fired(...events.slice(1))).not.toContain(expected);
  });

  it('an administrator made in two steps is one finding about the new user', () => {
    const steps = [
      iam('CreateUser', { userName: 'm' }),
      iam('AttachUserPolicy', { policyArn: 'x/AdministratorAccess', userName: 'm' }),
    ];
    expect(fired(...steps)).toContain('high dmitry-aws-admin-user');
    expect(fired(iam('CreateUser', { userName: 'other' }), ...steps.slice(1))).not.toContain(
      'high dmitry-aws-admin-user',
    );
  });

  it.each<[string, CorrelationEvent]>([
    ['reading', call('ec2', 'DescribeInstances', { readOnly: true })],
    ["a key of one's own", iam('CreateAccessKey', { userName: 'eve' })],
    ["a password of one's own", iam('UpdateLoginProfile', { userName: 'eve' })],
    ['a call that failed', call('cloudtrail', 'StopLogging', { errorCode: 'AccessDenied' })],
    [
      'a group opened to one network',
      call('ec2', 'AuthorizeSecurityGroupIngress', { requestParameters: { cidrIp: '10.0.0.0/8', fromPort: 22 } }),
    ],
    ['an ordinary instance', call('ec2', 'RunInstances', { requestParameters: { instanceType: 't3.micro' } })],
    [
      'a login with a second factor',
      call('signin', 'ConsoleLogin', {
        responseElements: { ConsoleLogin: 'Success' },
        additionalEventData: { MFAUsed: 'Yes' },
      }),
    ],
    ['one secret', call('secretsmanager', 'GetSecretValue', { requestParameters: { secretId: 's' } })],
    [
      'a policy of an ordinary bucket',
      call('s3', 'PutBucketPolicy', {
        requestParameters: { bucketPolicy: { Statement: [{ Principal: { Service: 'logs.amazonaws.com' } }] } },
      }),
    ],
  ])('are silent about %s', (_, event) => {
    expect(fired(event)).toEqual([]);
  });
});
