import { digestOf } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import { detectFormat, normalise, type NormalisedEvent, readRecords } from '../index.ts';

function taken(format: string, record: unknown): NormalisedEvent {
  const result = normalise(format, record, { tenant: 'acme' });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  expect(() => digestOf(result.event)).not.toThrow(); // what cannot be digested cannot be stored
  return result;
}
const pointers = (format: string, record: unknown) => {
  const result = normalise(format, record, { tenant: 'acme' });
  return result.ok ? [] : result.faults.map((one) => one.pointer);
};
const named = ({ entities }: NormalisedEvent) => entities.map(({ role, type, id }) => `${role} ${type} ${id}`);

const guardduty = {
  schemaVersion: '2.0',
  accountId: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  id: 'f00d',
  arn: 'arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/f00d',
  type: 'UnauthorizedAccess:EC2/SSHBruteForce',
  resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-1', imageId: 'ami-1' } },
  service: {
    serviceName: 'guardduty',
    detectorId: 'd1',
    action: {
      actionType: 'NETWORK_CONNECTION',
      networkConnectionAction: {
        connectionDirection: 'INBOUND',
        protocol: 'TCP',
        blocked: false,
        remoteIpDetails: { ipAddressV4: '198.51.100.9', organization: { asn: '64500', asnOrg: 'Example' } },
        remotePortDetails: { port: 40_000 },
        localPortDetails: { port: 22, portName: 'SSH' },
      },
    },
    resourceRole: 'TARGET',
    eventFirstSeen: '2026-03-01T09:00:00Z',
    eventLastSeen: '2026-03-01T09:30:00Z',
    archived: false,
    count: 3,
  },
  severity: 7.5,
  createdAt: '2026-03-01T09:31:00.000Z',
  updatedAt: '2026-03-01T10:00:00.000Z',
  title: 'SSH brute force against i-1',
  description: '198.51.100.9 is guessing passwords',
};
const withAction = (action: object, more: object = {}) => ({
  ...guardduty,
  ...more,
  service: { ...guardduty.service, action },
});
/** A record with every member's name capitalised, as AWS's command line prints it. */
const pascal = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(item)]),
  );
};

describe('guardduty', () => {
  it('writes a finding as Detection Finding with its times, its resource and both ends of the connection', () => {
    const result = taken('guardduty', guardduty);
    expect(result.event).toMatchObject({
      type_uid: 200402,
      time: 1_772_359_200_000,
      severity_id: 4,
      status_id: 1,
      count: 3,
      metadata: { uid: `${guardduty.arn}@2026-03-01T10:00:00.000Z`, product: { name: 'GuardDuty' } },
      finding_info: {
        uid: 'f00d',
        title: guardduty.title,
        types: [guardduty.type],
        first_seen_time: 1_772_355_600_000,
      },
      cloud: { region: 'eu-west-1', account: { uid: '111122223333' } },
      resources: [{ uid: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1', type: 'Instance' }],
      evidences: [
        {
          src_endpoint: {
            ip: '198.51.100.9',
            port: 40_000,
            autonomous_system: { number: 64_500, name: 'Example' },
          },
          dst_endpoint: { port: 22 },
          connection_info: { direction_id: 1, protocol_name: 'tcp' },
        },
      ],
    });
    expect(named(result)).toEqual([
      'target service arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
      'origin external 198.51.100.9',
    ]);
    expect(result.event.unmapped).toMatchObject({ severity: 7.5, service: { resourceRole: 'TARGET' } });
  });

  it('gives each version of a finding an id of its own, and closes an archived one', () => {
    const later = {
      ...guardduty,
      updatedAt: '2026-03-01T11:00:00Z',
      service: { ...guardduty.service, archived: true },
    };
    expect(taken('guardduty', later).identity.id).not.toBe(taken('guardduty', guardduty).identity.id);
    expect(taken('guardduty', later).event).toMatchObject({ activity_id: 3, status_id: 5 });
    expect(taken('guardduty', { ...guardduty, createdAt: guardduty.updatedAt }).event['activity_id']).toBe(1);
  });

  it.each([
    [0, 0],
    [1, 2],
    [3.9, 2],
    [4, 3],
    [7, 4],
    [8.9, 4],
    [9, 5],
    ['high', 0],
  ])('reads severity %s as OCSF severity %i', (severity, id) => {
    expect(taken('guardduty', { ...guardduty, severity }).event.severity_id).toBe(id);
  });

  it('takes the principal of a call as the actor, by the name that CloudTrail has for it', () => {
    const call = {
      awsApiCallAction: {
        api: 'DeleteTrail',
        serviceName: 'cloudtrail.amazonaws.com',
        errorCode: 'AccessDenied',
        remoteIpDetails: { ipAddressV4: '198.51.100.9' },
      },
    };
    const key = { accessKeyId: 'AKIAEXAMPLE', principalId: 'AIDA1', userType: 'AssumedRole', userName: 'admin' };
    const record = withAction(call, { resource: { resourceType: 'AccessKey', accessKeyDetails: key } });
    const result = taken('guardduty', record);
    expect(named(result)).toEqual([
      'actor identity arn:aws:iam::111122223333:role/admin',
      'origin external 198.51.100.9',
    ]);
    expect(result.event['evidences']).toEqual([
      {
        api: {
          operation: 'DeleteTrail',
          service: { name: 'cloudtrail.amazonaws.com' },
          response: { error: 'AccessDenied' },
        },
        src_endpoint: { ip: '198.51.100.9' },
        actor: { user: { name: 'admin', type: 'AssumedRole', uid: 'AIDA1', credential_uid: 'AKIAEXAMPLE' } },
      },
    ]);
    const root = { ...key, userType: 'Root' };
    expect(named(taken('guardduty', { ...record, resource: { accessKeyDetails: root } }))[0]).toBe(
      'actor identity arn:aws:iam::111122223333:root',
    );
  });

  it('turns the roles round where the resource is what acted', () => {
    const action = { ...guardduty.service.action.networkConnectionAction, connectionDirection: 'OUTBOUND' };
    const record = withAction({ networkConnectionAction: action });
    const result = taken('guardduty', { ...record, service: { ...record.service, resourceRole: 'ACTOR' } });
    expect(named(result)).toEqual([
      'actor service arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
      'target external 198.51.100.9',
    ]);
    expect(result.event['evidences']).toMatchObject([
      { dst_endpoint: { ip: '198.51.100.9' }, src_endpoint: { port: 22 } },
    ]);
  });

  it('takes look-ups, probes, calls of a cluster and log-ins of a database as evidence', () => {
    const evidence = (action: object, more: object = {}) =>
      taken('guardduty', withAction(action, more)).event['evidences'];
    expect(evidence({ dnsRequestAction: { domain: 'evil.example' } })).toEqual([
      { query: { hostname: 'evil.example' } },
    ]);
    const probe = (ip: string, port: number) => ({
      remoteIpDetails: { ipAddressV4: ip },
      localPortDetails: { port },
    });
    const probes = { portProbeAction: { portProbeDetails: [probe('198.51.100.1', 22), probe('198.51.100.2', 80)] } };
    expect(evidence(probes)).toEqual([
      { src_endpoint: { ip: '198.51.100.1' }, dst_endpoint: { port: 22 } },
      { src_endpoint: { ip: '198.51.100.2' }, dst_endpoint: { port: 80 } },
    ]);
    expect(named(taken('guardduty', withAction(probes))).slice(1)).toEqual([
      'origin external 198.51.100.1',
      'origin external 198.51.100.2',
    ]);
    const cluster = {
      resource: {
        eksClusterDetails: { arn: 'arn:aws:eks:eu-west-1:1:cluster/c' },
        kubernetesDetails: { kubernetesUserDetails: { username: 'system:anonymous' } },
      },
    };
    const remote = { remoteIpDetails: { ipAddressV6: '2001:db8::1' } };
    expect(
      evidence({ kubernetesApiCallAction: { verb: 'list', requestUri: '/api/v1/pods', ...remote } }, cluster),
    ).toEqual([
      {
        api: { operation: 'list' },
        url: { path: '/api/v1/pods' },
        src_endpoint: { ip: '2001:db8::1' },
        actor: { user: { name: 'system:anonymous' } },
      },
    ]);
    expect(evidence({ rdsLoginAttemptAction: remote })).toEqual([{ src_endpoint: { ip: '2001:db8::1' } }]);
    expect(evidence({})).toBeUndefined();
  });

  it('takes buckets, functions and databases as resources', () => {
    const resource = {
      resourceType: 'S3Bucket',
      s3BucketDetails: [{ arn: 'arn:aws:s3:::a' }, { arn: 'arn:aws:s3:::b' }, null],
      lambdaDetails: { functionArn: 'arn:aws:lambda:eu-west-1:1:function:f' },
      rdsDbInstanceDetails: { dbInstanceArn: 'arn:aws:rds:eu-west-1:1:db:d' },
    };
    expect(named(taken('guardduty', withAction({}, { resource })))).toEqual([
      'target service arn:aws:lambda:eu-west-1:1:function:f',
      'target data_store arn:aws:rds:eu-west-1:1:db:d',
      'target data_store arn:aws:s3:::a',
      'target data_store arn:aws:s3:::b',
    ]);
  });

  it('reads what the command line prints and what EventBridge carries as the same finding', () => {
    const printed = taken('auto', pascal(guardduty));
    const carried = taken('auto', {
      version: '0',
      id: 'e-1',
      'detail-type': 'GuardDuty Finding',
      source: 'aws.guardduty',
      time: '2026-03-01T10:01:00Z',
      detail: guardduty,
    });
    const own = taken('auto', guardduty);
    for (const one of [printed, carried]) {
      expect(one.identity).toEqual(own.identity);
      expect(one.entities).toEqual(own.entities);
      expect({ ...one.event, unmapped: null }).toEqual({ ...own.event, unmapped: null });
    }
    expect(carried.account.dropped).toEqual(['/version', '/id', '/detail-type', '/source', '/time']);
    expect(carried.account.kept).toContain('/detail/id');
  });

  it('refuses a finding without id, type or time, by the names that the record has', () => {
    expect(pointers('guardduty', {})).toEqual(['/id', '/type', '/updatedAt']);
    expect(pointers('guardduty', { SchemaVersion: '2.0', UpdatedAt: 'never' })).toEqual(['/Id', '/Type', '/UpdatedAt']);
  });
});

const asff = {
  SchemaVersion: '2018-10-08',
  Id: 'arn:aws:securityhub:eu-west-1:111122223333:finding/1',
  ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/inspector',
  GeneratorId: 'AWSInspector',
  AwsAccountId: '111122223333',
  Types: ['Software and Configuration Checks/Vulnerabilities/CVE'],
  CreatedAt: '2026-03-01T09:00:00Z',
  UpdatedAt: '2026-03-01T10:00:00Z',
  Severity: { Label: 'HIGH', Normalized: 70 },
  Title: 'a title',
  Description: 'a description',
  Remediation: { Recommendation: { Text: 'update it', Url: 'https://example.com/fix' } },
  Resources: [
    {
      Type: 'AwsEc2Instance',
      Id: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
      Partition: 'aws',
      Region: 'eu-west-1',
      Tags: { Name: 'web' },
      Details: { AwsEc2Instance: { ImageId: 'ami-1' } },
    },
  ],
  Workflow: { Status: 'NEW' },
  RecordState: 'ACTIVE',
};

describe('asff', () => {
  it('writes a CVE with its packages and scores as Vulnerability Finding', () => {
    const vulnerability = {
      Id: 'CVE-2026-0001',
      VulnerablePackages: [{ Name: 'lib', Version: '1', FixedInVersion: '2', Remediation: 'update lib' }, {}],
      Cvss: [{ Version: '3.1', BaseScore: 7.5, BaseVector: 'CVSS:3.1/AV:N', Source: 'NVD' }],
      Vendor: { Name: 'NVD', VendorSeverity: 'HIGH', VendorCreatedAt: '2026-01-01T00:00:00Z' },
      ReferenceUrls: ['https://example.com/1'],
      FixAvailable: 'YES',
      ExploitAvailable: 'NO',
      EpssScore: 0.25,
    };
    const partly = { Id: 'GHSA-1', FixAvailable: 'PARTIAL', Cvss: [{ BaseScore: 1 }] };
    const result = taken('asff', { ...asff, Vulnerabilities: [vulnerability, partly] });
    expect(result.event).toMatchObject({
      type_uid: 200202,
      severity_id: 4,
      status_id: 1,
      remediation: { desc: 'update it', references: ['https://example.com/fix'] },
      resources: [
        { uid: asff.Resources[0]?.Id, tags: [{ name: 'Name', value: 'web' }], data: asff.Resources[0]?.Details },
      ],
      vulnerabilities: [
        {
          cve: {
            uid: 'CVE-2026-0001',
            cvss: [{ version: '3.1', base_score: 7.5, vendor_name: 'NVD' }],
            epss: { score: '0.25' },
            created_time: 1_767_225_600_000,
          },
          affected_packages: [{ name: 'lib', fixed_in_version: '2', remediation: { desc: 'update lib' } }],
          is_fix_available: true,
          is_exploit_available: false,
        },
        { advisory: { uid: 'GHSA-1' }, is_fix_available: true },
      ],
    });
    expect(result.event.unmapped).toMatchObject({
      Severity: { Normalized: 70 },
      Vulnerabilities: {
        0: { VulnerablePackages: { 1: {} } },
        1: { FixAvailable: 'PARTIAL', Cvss: [{ BaseScore: 1 }] },
      },
    });
    expect(result.account.unmapped).toContain('/Vulnerabilities/0/VulnerablePackages/1');
    expect(named(result)).toEqual(['target service arn:aws:ec2:eu-west-1:111122223333:instance/i-1']);
  });

  it.each([
    [{ Status: 'PASSED' }, 1],
    [{ Status: 'WARNING' }, 2],
    [{ Status: 'FAILED', StatusReasons: [{ Description: 'no MFA' }] }, 3],
    [{ Status: 'NOT_AVAILABLE', AssociatedStandards: [{ StandardsId: 'standards/cis' }] }, 0],
  ])('writes the control result %j as Compliance Finding with status %i', (Compliance, statusId) => {
    const fields = { StandardsArn: 'arn:aws:securityhub:::standards/s', ControlId: 'IAM.5' };
    const { event } = taken('asff', { ...asff, Compliance, ProductFields: fields });
    const standards = 'AssociatedStandards' in Compliance ? ['standards/cis'] : [fields.StandardsArn];
    expect(event).toMatchObject({ class_uid: 2003, compliance: { standards, control: 'IAM.5', status_id: statusId } });
  });

  it('writes anything else as Detection Finding, with the principal as actor and where it came from', () => {
    const record = {
      ...asff,
      ProductFields: {
        'aws/guardduty/service/action/awsApiCallAction/remoteIpDetails/ipAddressV4': '198.51.100.9',
        'aws/guardduty/service/resourceRole': 'TARGET',
      },
      Resources: [
        { Type: 'AwsS3Bucket', Id: 'my-bucket' },
        {
          Type: 'AwsIamAccessKey',
          Id: 'AWS::IAM::AccessKey:AKIA1',
          Details: { AwsIamAccessKey: { PrincipalType: 'IAMUser', PrincipalName: 'alice' } },
        },
      ],
    };
    const result = taken('asff', record);
    expect(result.event).toMatchObject({ class_uid: 2004, evidences: [{ src_endpoint: { ip: '198.51.100.9' } }] });
    expect(named(result)).toEqual([
      'target data_store my-bucket',
      'actor identity arn:aws:iam::111122223333:user/alice',
      'origin external 198.51.100.9',
    ]);
    const acting = { ...record.ProductFields, 'aws/guardduty/service/resourceRole': 'ACTOR' };
    const turned = taken('guardduty', { ...record, ProductFields: acting });
    expect(turned.event['evidences']).toEqual([{ dst_endpoint: { ip: '198.51.100.9' } }]);
    expect(named(turned)).toContain('target external 198.51.100.9');
    expect(turned.format).toBe('guardduty');
  });

  it.each([
    [{ Label: 'CRITICAL', Normalized: 0 }, 5],
    [{ Normalized: 0 }, 1],
    [{ Normalized: 39 }, 2],
    [{ Normalized: 40 }, 3],
    [{ Normalized: 89 }, 4],
    [{ Normalized: 90 }, 5],
    [{}, 0],
  ])('reads severity %j as OCSF severity %i', (Severity, id) => {
    expect(taken('asff', { ...asff, Severity }).event.severity_id).toBe(id);
  });

  it('closes what is archived or resolved', () => {
    expect(taken('asff', { ...asff, RecordState: 'ARCHIVED' }).event).toMatchObject({ activity_id: 3, status_id: 5 });
    expect(taken('asff', { ...asff, Workflow: { Status: 'RESOLVED' } }).event).toMatchObject({
      activity_id: 3,
      status_id: 4,
    });
  });

  it('looks through an event of EventBridge that lists one finding, and refuses to choose among several', () => {
    const event = (findings: unknown[]) => ({
      'detail-type': 'Security Hub Findings - Imported',
      detail: { findings },
    });
    expect(taken('auto', event([asff])).identity).toEqual(taken('auto', asff).identity);
    expect(taken('auto', event([asff])).account.kept).toContain('/detail/findings/0/Id');
    expect(normalise('auto', event([asff, asff]), { tenant: 'acme' }).ok).toBe(false);
  });

  it('refuses a finding without id, account or time', () => {
    expect(pointers('asff', { UpdatedAt: 'never' })).toEqual(['/Id', '/AwsAccountId', '/UpdatedAt']);
  });
});

const alert = {
  timestamp: '2026-03-01T10:00:00.123+0000',
  rule: {
    level: 10,
    description: 'sshd: brute force trying to get access to the system',
    id: '5712',
    mitre: {
      id: ['T1110', 'T1021'],
      tactic: ['Credential Access'],
      technique: ['Brute Force', 'Remote Services', 'Third'],
    },
    groups: ['syslog', 'sshd'],
    firedtimes: 4,
  },
  agent: { id: '003', name: 'web-1', ip: '10.0.0.3' },
  manager: { name: 'siem' },
  id: '1772359200.1',
  full_log: 'Failed password for root from 198.51.100.9',
  decoder: { name: 'sshd' },
  data: { srcip: '198.51.100.9', srcport: '40000', dstuser: 'root' },
  location: '/var/log/auth.log',
};

describe('wazuh', () => {
  it('writes an alert as Detection Finding with its rule, techniques, host and ends', () => {
    const result = taken('auto', alert);
    expect(result.event).toMatchObject({
      type_uid: 200401,
      time: 1_772_359_200_123,
      severity_id: 3,
      raw_data: alert.full_log,
      metadata: { uid: alert.id, event_code: '5712', log_name: alert.location, log_provider: 'sshd' },
      device: { type_id: 0, uid: '003', hostname: 'web-1', ip: '10.0.0.3' },
      finding_info: {
        title: alert.rule.description,
        types: ['syslog', 'sshd'],
        analytic: { uid: '5712', type_id: 1 },
        attacks: [
          { technique: { uid: 'T1110', name: 'Brute Force' } },
          { technique: { uid: 'T1021', name: 'Remote Services' } },
          { technique: { name: 'Third' } },
          { tactic: { name: 'Credential Access' } },
        ],
      },
      evidences: [{ src_endpoint: { ip: '198.51.100.9', port: 40_000 }, user: { name: 'root' } }],
    });
    expect(result.identity).toEqual({ source: 'wazuh/siem', id: alert.id, timeMs: 1_772_359_200_123 });
    expect(named(result)).toEqual(['origin external 198.51.100.9', 'target identity root', 'target service web-1']);
    expect(result.event.unmapped).toEqual({ rule: { level: 10, firedtimes: 4 } });
  });

  it.each([
    [0, 1],
    [1, 2],
    [6, 2],
    [7, 3],
    [12, 4],
    [15, 5],
  ])('reads rule level %i as OCSF severity %i', (level, id) => {
    expect(taken('wazuh', { ...alert, rule: { level } }).event.severity_id).toBe(id);
  });

  it('writes a check of the configuration as Compliance Finding', () => {
    const check = { id: 1, title: 'Ensure SELinux is on', result: 'failed', remediation: 'turn it on' };
    expect(taken('wazuh', { ...alert, data: { sca: { policy: 'CIS', check } } }).event).toMatchObject({
      class_uid: 2003,
      compliance: { standards: ['CIS'], control: check.title, status: 'failed', status_id: 3 },
      remediation: { desc: 'turn it on' },
      unmapped: { data: { sca: { check: { id: 1 } } } },
    });
  });

  it('writes an alert about a vulnerability as Vulnerability Finding with the severity of its rule', () => {
    const vulnerability = {
      cve: 'CVE-2026-0002',
      package: { name: 'openssl', version: '1', architecture: 'amd64' },
      cvss: { cvss3: { base_score: '7.100000' } },
      references: ['https://example.com/2'],
      severity: 'High',
    };
    const result = taken('auto', { ...alert, data: { vulnerability } });
    expect(result.event).toMatchObject({
      class_uid: 2002,
      severity_id: 3,
      vulnerabilities: [
        {
          cve: { uid: 'CVE-2026-0002', cvss: [{ base_score: 7.1 }] },
          severity: 'High',
          affected_packages: [{ name: 'openssl', version: '1', architecture: 'amd64' }],
        },
      ],
    });
  });

  const state = {
    agent: { id: '001', name: 'web-2' },
    package: { name: 'kernel', version: '6' },
    vulnerability: {
      id: 'CVE-2026-0003',
      severity: '-',
      score: { base: 9.1, version: '3.1' },
      detected_at: '2026-03-01T10:00:00Z',
      reference: 'https://example.com/3, https://example.com/4',
    },
    wazuh: { cluster: { name: 'siem' } },
  };
  const item = { cve: 'X-1', name: 'pkg', detection_time: '2026-03-01T10:00:00Z', severity: 'Low', cvss3_score: 0 };

  it('writes what the indexer and the API list as Vulnerability Finding, alike in every search', () => {
    const hit = (score: number) => ({ _index: 'wazuh-states', _id: '1', _score: score, _source: state });
    const result = taken('auto', hit(1));
    expect(result.event).toMatchObject({
      class_uid: 2002,
      severity_id: 0,
      finding_info: { title: 'CVE-2026-0003 affects kernel' },
      vulnerabilities: [
        {
          cve: { uid: 'CVE-2026-0003', cvss: [{ version: '3.1', base_score: 9.1 }] },
          references: ['https://example.com/3', 'https://example.com/4'],
        },
      ],
    });
    expect(taken('auto', hit(2)).identity).toEqual(result.identity);
    expect(result.account.dropped).toEqual(['/_index', '/_id', '/_score']);
    expect(taken('auto', item).event).toMatchObject({
      severity_id: 2,
      vulnerabilities: [{ advisory: { uid: 'X-1' }, affected_packages: [{ name: 'pkg' }] }],
      unmapped: { cvss3_score: 0 },
    });
  });

  it('refuses an alert without time or level, and a vulnerability without the time it was found', () => {
    expect(pointers('wazuh', {})).toEqual(['/timestamp', '/rule/level']);
    expect(pointers('wazuh', { ...item, detection_time: 'never' })).toEqual(['/detection_time']);
    const { id: _, ...anonymous } = alert;
    expect(taken('wazuh', anonymous).identity.id).toMatch(/^sha256:/);
  });
});

const packet = {
  timestamp: '2026-03-01T10:00:00.123456+0000',
  flow_id: 586_497_171_462_735,
  host: 'sensor-1',
  in_iface: 'eth0',
  src_ip: '198.51.100.9',
  src_port: 50_096,
  dest_ip: '10.0.0.3',
  dest_port: 80,
  proto: 'TCP',
};
const eve = {
  ...packet,
  event_type: 'alert',
  alert: {
    action: 'blocked',
    gid: 1,
    signature_id: 2_018_358,
    rev: 10,
    signature: 'ET HUNTING odd POST',
    category: 'Potentially Bad Traffic',
    severity: 2,
    metadata: { mitre_technique_id: ['T1071'], mitre_technique_name: ['Web'], mitre_tactic_id: ['TA0011'] },
  },
  http: { hostname: 'evil.example', url: '/x', http_method: 'POST' },
};

describe('suricata', () => {
  it('writes an alert as Detection Finding whose evidence is the packet', () => {
    const result = taken('auto', eve);
    expect(result.event).toMatchObject({
      type_uid: 200401,
      severity_id: 3,
      action_id: 2,
      disposition_id: 2,
      message: 'ET HUNTING odd POST',
      finding_info: {
        types: ['Potentially Bad Traffic'],
        analytic: { uid: '2018358', version: '10', type_id: 1 },
        attacks: [{ technique: { uid: 'T1071', name: 'Web' } }, { tactic: { uid: 'TA0011' } }],
      },
      evidences: [
        {
          src_endpoint: { ip: '198.51.100.9', port: 50_096 },
          dst_endpoint: { ip: '10.0.0.3', port: 80 },
          connection_info: { uid: '586497171462735', protocol_name: 'tcp', protocol_num: 6 },
          url: { hostname: 'evil.example', path: '/x' },
        },
      ],
    });
    expect(result.identity).toMatchObject({ source: 'suricata/sensor-1', timeMs: 1_772_359_200_123 });
    expect(named(result)).toEqual(['origin external 198.51.100.9', 'target service 10.0.0.3']);
    expect(result.event.unmapped).toEqual({
      in_iface: 'eth0',
      alert: { gid: 1, severity: 2 },
      http: { http_method: 'POST' },
    });
  });

  it('takes attacker and attacked from the rule where it says them, not from the direction of the packet', () => {
    const sides = { source: { ip: '198.51.100.9' }, target: { ip: '10.0.0.3' } };
    const reply = { ...eve, src_ip: '10.0.0.3', dest_ip: '198.51.100.9', alert: { ...eve.alert, ...sides } };
    expect(named(taken('suricata', reply))).toEqual(['origin external 198.51.100.9', 'target service 10.0.0.3']);
  });

  it.each([
    [1, 4],
    [2, 3],
    [3, 2],
    [4, 1],
    [255, 1],
    ['x', 0],
  ])('reads priority %s as OCSF severity %i', (severity, id) => {
    expect(taken('suricata', { ...eve, alert: { ...eve.alert, severity } }).event.severity_id).toBe(id);
  });

  it.each([
    ['http', { http: { http_method: 'GET' } }, 400203],
    ['http', { http: {} }, 400299],
    ['dns', { dns: { type: 'query', rrname: 'a.example', rrtype: 'A' } }, 400301],
    ['dns', { dns: { version: 3, type: 'response', queries: [{ rrname: 'a.example' }] } }, 400302],
    ['ssh', {}, 400701],
    ['smb', {}, 400699],
    ['flow', {}, 400106],
    ['drop', {}, 400105],
    ['anomaly', {}, 400199],
    ['stats', { stats: { uptime: 1 } }, 99],
    ['protocol-of-tomorrow', {}, 400199],
  ])('gives an event of type %s the class and activity of its protocol', (type, part, typeUid) => {
    const { event } = taken('suricata', { ...packet, event_type: type, ...part });
    expect(event.type_uid).toBe(typeUid);
    expect(typeUid % 100 === 99).toBe(event['activity_name'] === type);
  });

  it('keeps traffic, requests, answers and certificates', () => {
    const flow = {
      pkts_toserver: 4,
      pkts_toclient: 3,
      bytes_toserver: 400,
      bytes_toclient: 300,
      start: packet.timestamp,
    };
    expect(taken('suricata', { ...packet, event_type: 'flow', flow }).event).toMatchObject({
      src_endpoint: { ip: '198.51.100.9' },
      traffic: { packets_out: 4, packets_in: 3, bytes_out: 400, bytes_in: 300 },
      start_time: 1_772_359_200_123,
    });
    const http = { hostname: 'h', url: 'http://h/x', http_user_agent: 'curl', status: 200, length: 5 };
    expect(taken('suricata', { ...packet, event_type: 'http', http }).event).toMatchObject({
      http_request: { user_agent: 'curl', url: { hostname: 'h', url_string: 'http://h/x' } },
      http_response: { code: 200, length: 5 },
    });
    const dns = {
      type: 'answer',
      rrname: 'a.example',
      id: 7,
      rcode: 'NOERROR',
      answers: [{ rdata: '10.0.0.1', ttl: 9 }],
    };
    expect(taken('suricata', { ...packet, event_type: 'dns', dns }).event).toMatchObject({
      query: { hostname: 'a.example', packet_uid: 7 },
      rcode: 'NOERROR',
      answers: [{ rdata: '10.0.0.1', ttl: 9 }],
    });
    const tls = { sni: 's', version: 'TLS 1.2', issuerdn: 'CN=i', notafter: '2027-03-01T00:00:00' };
    expect(taken('suricata', { ...packet, event_type: 'tls', tls }).event).toMatchObject({
      tls: { sni: 's', certificate: { issuer: 'CN=i', expiration_time: 1_803_859_200_000 } },
    });
  });

  it('refuses a record without time or type', () => {
    expect(pointers('suricata', {})).toEqual(['/timestamp', '/event_type']);
  });
});

describe('what tools print around their records', () => {
  const read = async (text: string) => {
    const out: unknown[] = [];
    for await (const record of readRecords([text])) out.push('value' in record ? record.value : record.fault.code);
    return out;
  };
  const two = [asff, guardduty];
  it.each([
    ['a page of Security Hub', JSON.stringify({ Findings: two, NextToken: 'n]}' }, null, 2)],
    ['a page in lower case', JSON.stringify({ findings: two })],
    ['the hits of a search', JSON.stringify({ took: 1, hits: { total: 2, hits: two } }, null, 2)],
    ["a list of Wazuh's API", JSON.stringify({ data: { affected_items: two, failed_items: [] }, error: 0 })],
  ])('%s is its records', async (_, text) => {
    expect(await read(text)).toEqual(two);
  });

  it('several files one after another are the records of all', async () => {
    const file = JSON.stringify({ Records: two });
    expect(await read(`${file}${file}\n[1, 2]\n${JSON.stringify(asff)}\n`)).toEqual([...two, ...two, 1, 2, asff]);
  });

  it('text after an array that is no record is reported, not passed over', async () => {
    expect(await read('[1] nonsense')).toEqual([1, 'normalise.malformed_json']);
  });

  it('tells the four formats apart, and from the others', () => {
    expect([guardduty, pascal(guardduty), asff, alert, eve, { event_type: 'alert' }].map(detectFormat)).toEqual([
      'guardduty',
      'guardduty',
      'asff',
      'wazuh',
      'suricata',
      null,
    ]);
  });
});
