/** CloudTrail: logging, monitoring and network defences switched off or opened. */
export const cloudtrailDefenceRules = String.raw`
title: Audit trail stopped or deleted
id: dmitry-aws-trail-stopped
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.defense-evasion, attack.t1562.008]
detection:
  call:
    eventSource: cloudtrail.amazonaws.com
    eventName: [StopLogging, DeleteTrail, DeleteEventDataStore]
    errorCode: null
  condition: call
---
title: Audit trail narrowed or redirected
id: dmitry-aws-trail-changed
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: low
tags: [attack.defense-evasion, attack.t1562.008]
detection:
  call:
    eventSource: cloudtrail.amazonaws.com
    eventName: [PutEventSelectors, UpdateTrail, PutInsightSelectors]
    errorCode: null
  narrowed:
    - requestParameters.eventSelectors.includeManagementEvents: false
    - requestParameters.eventSelectors.readWriteType: [ReadOnly, WriteOnly]
    - requestParameters.eventSelectors.excludeManagementEventSources|contains: '.'
    - requestParameters.isMultiRegionTrail: false
    - requestParameters.includeGlobalServiceEvents: false
  redirected:
    eventName: UpdateTrail
    requestParameters.s3BucketName|exists: true
  condition: call
dmitry:
  levels:
    - { when: narrowed, level: high }
    - { when: redirected, level: medium }
---
title: Objects of a bucket made to expire within a day or so
id: dmitry-aws-short-lifecycle
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.defense-evasion, attack.impact, attack.t1562.008, attack.t1485.001]
detection:
  call:
    eventSource: s3.amazonaws.com
    eventName: [PutBucketLifecycle, PutBucketLifecycleConfiguration]
    errorCode: null
  short:
    requestParameters.LifecycleConfiguration.Rule.Expiration.Days|lte: 3
  condition: call and short
---
title: Network flow logs deleted
id: dmitry-aws-flow-logs-deleted
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.defense-evasion, attack.t1562.008]
detection:
  call:
    eventSource: ec2.amazonaws.com
    eventName: DeleteFlowLogs
    errorCode: null
  condition: call
---
title: DNS query logging removed
id: dmitry-aws-dns-logs-deleted
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.defense-evasion, attack.t1562.008]
detection:
  call:
    eventSource: route53resolver.amazonaws.com
    eventName: [DeleteResolverQueryLogConfig, DisassociateResolverQueryLogConfig]
    errorCode: null
  condition: call
---
title: Log group deleted
id: dmitry-aws-log-group-deleted
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: low
tags: [attack.defense-evasion, attack.t1562.008]
falsepositives: [Tear-down of an environment]
detection:
  call:
    eventSource: logs.amazonaws.com
    eventName: [DeleteLogGroup, DeleteLogStream]
    errorCode: null
  condition: call
---
title: Threat detection switched off
id: dmitry-aws-detector-off
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.defense-evasion, attack.t1562.001]
detection:
  removed:
    eventName: [DeleteDetector, DisassociateFromMasterAccount, DisassociateFromAdministratorAccount, StopMonitoringMembers, DisableSecurityHub,
      StopConfigurationRecorder, DeleteConfigurationRecorder, DeleteDeliveryChannel]
    errorCode: null
  disabled:
    eventName: UpdateDetector
    requestParameters.enable: false
    errorCode: null
  condition: removed or disabled
---
title: Account leaves its organization
id: dmitry-aws-leave-organization
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.defense-evasion, attack.t1666]
detection:
  call:
    eventSource: organizations.amazonaws.com
    eventName: [LeaveOrganization, RemoveAccountFromOrganization]
  condition: call
---
title: Security group opened to the world
id: dmitry-aws-group-opened
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.defense-evasion, attack.t1562.007]
falsepositives: [Public web servers]
detection:
  call:
    eventSource: ec2.amazonaws.com
    eventName: AuthorizeSecurityGroupIngress
    errorCode: null
  world:
    - requestParameters.cidrIp|endswith: /0
    - requestParameters.ipPermissions.items.ipRanges.items.cidrIp|endswith: /0
    - requestParameters.ipPermissions.items.ipv6Ranges.items.cidrIpv6|endswith: /0
  management:
    - requestParameters.fromPort: [20, 21, 22, 23, 135, 139, 445, 1433, 1521, 2375, 3306, 3389, 5432, 5900, 5985, 5986, 6379, 9200, 27017]
    - requestParameters.ipPermissions.items.fromPort: [20, 21, 22, 23, 135, 139, 445, 1433, 1521, 2375, 3306, 3389, 5432, 5900, 5985, 5986, 6379, 9200, 27017]
    - requestParameters.ipPermissions.items.ipProtocol: '-1'
  web:
    - requestParameters.fromPort: [80, 443]
    - requestParameters.ipPermissions.items.fromPort: [80, 443]
  condition: call and world
dmitry:
  levels:
    - { when: management, level: high }
    - { when: web, level: low }
`;
