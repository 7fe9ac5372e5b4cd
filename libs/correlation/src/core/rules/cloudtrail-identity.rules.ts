/** CloudTrail: identities, credentials and privileges. No rule looks at the user agent: whoever attacks chooses it. */
export const cloudtrailIdentityRules = String.raw`
title: Administrator policy given to a user, role or group
id: dmitry-aws-admin-policy
name: aws_admin_policy
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.persistence, attack.privilege-escalation, attack.t1098.003]
falsepositives: [Provisioning of administrators]
detection:
  call:
    eventSource: iam.amazonaws.com
    eventName: [AttachUserPolicy, AttachGroupPolicy, AttachRolePolicy]
    requestParameters.policyArn|endswith: [/AdministratorAccess, /IAMFullAccess, /PowerUserAccess]
    errorCode: null
  to_user:
    eventName: AttachUserPolicy
  condition: call
dmitry:
  levels:
    - { when: to_user, level: high }
---
title: Inline policy that allows everything
id: dmitry-aws-inline-admin-policy
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.persistence, attack.privilege-escalation, attack.t1098.003]
detection:
  call:
    eventSource: iam.amazonaws.com
    eventName: [PutUserPolicy, PutGroupPolicy, PutRolePolicy, CreatePolicyVersion]
    errorCode: null
  action:
    requestParameters.policyDocument|re|i: '"Action"\s*:\s*\[?\s*"\*"'
  resource:
    requestParameters.policyDocument|re|i: '"Resource"\s*:\s*\[?\s*"\*"'
  condition: call and action and resource
---
title: User created
id: dmitry-aws-create-user
name: aws_create_user
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: low
tags: [attack.persistence, attack.t1136.003]
falsepositives: [Onboarding]
detection:
  call:
    eventSource: iam.amazonaws.com
    eventName: CreateUser
    errorCode: null
  condition: call
---
title: Administrative user created
id: dmitry-aws-admin-user
author: Dmitry
status: stable
description: One user is created and given an administrator policy within 15 minutes.
level: high
tags: [attack.persistence, attack.privilege-escalation, attack.t1136.003, attack.t1098.003]
correlation:
  type: temporal
  rules: [aws_create_user, aws_admin_policy]
  group-by: [recipientAccountId, requestParameters.userName]
  timespan: 15m
  generate: true
---
title: Access key created for another user
id: dmitry-aws-access-key-for-other
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.persistence, attack.privilege-escalation, attack.t1098.001]
falsepositives: [Administration of service users]
detection:
  call:
    eventSource: iam.amazonaws.com
    eventName: CreateAccessKey
    errorCode: null
    requestParameters.userName|exists: true
  own:
    requestParameters.userName|fieldref: userIdentity.userName
  condition: call and not own
---
title: Console password set for another user
id: dmitry-aws-login-profile
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.persistence, attack.privilege-escalation, attack.t1098.001]
falsepositives: [Help desk]
detection:
  call:
    eventSource: iam.amazonaws.com
    eventName: [CreateLoginProfile, UpdateLoginProfile]
    errorCode: null
  own:
    requestParameters.userName|fieldref: userIdentity.userName
  kept:
    requestParameters.passwordResetRequired: false
  condition: call and not own
dmitry:
  levels:
    - { when: kept, level: high }
---
title: Trust policy of a role changed
id: dmitry-aws-role-trust
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: low
tags: [attack.persistence, attack.privilege-escalation, attack.t1098.003]
falsepositives: [Deployment of roles]
detection:
  call:
    eventSource: iam.amazonaws.com
    eventName: UpdateAssumeRolePolicy
    errorCode: null
  account:
    requestParameters.policyDocument|re: '"AWS"\s*:'
  anyone:
    requestParameters.policyDocument|re: '"(AWS|Principal)"\s*:\s*\[?\s*"\*"'
  condition: call
dmitry:
  levels:
    - { when: anyone, level: critical }
    - { when: account, level: high }
---
title: Trust anchor for certificates from outside created
id: dmitry-aws-rolesanywhere-anchor
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.persistence, attack.privilege-escalation, attack.t1098.001]
detection:
  call:
    eventSource: rolesanywhere.amazonaws.com
    eventName: [CreateTrustAnchor, UpdateTrustAnchor, ImportCrl]
    errorCode: null
  condition: call
---
title: Multi-factor device taken away
id: dmitry-aws-mfa-removed
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.defense-evasion, attack.persistence, attack.t1556.006]
detection:
  call:
    eventSource: iam.amazonaws.com
    eventName: [DeactivateMFADevice, DeleteVirtualMFADevice]
    errorCode: null
  condition: call
---
title: Console login without a second factor
id: dmitry-aws-console-without-mfa
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.initial-access, attack.t1078.004]
detection:
  login:
    eventName: ConsoleLogin
    responseElements.ConsoleLogin: Success
    additionalEventData.MFAUsed: 'No'
  federated:
    userIdentity.type: [AssumedRole, FederatedUser, SAMLUser]
  root:
    userIdentity.type: Root
  condition: login and not federated
dmitry:
  levels:
    - { when: root, level: critical }
---
title: Root account used
id: dmitry-aws-root-used
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.privilege-escalation, attack.initial-access, attack.t1078.004]
detection:
  root:
    userIdentity.type: Root
    userIdentity.invokedBy: null
  service:
    eventType: AwsServiceEvent
  reading:
    readOnly: true
  condition: root and not service
dmitry:
  levels:
    - { when: reading, level: medium }
---
title: Failed console login
id: dmitry-aws-console-failure
name: aws_console_failure
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: informational
detection:
  login:
    eventName: ConsoleLogin
    responseElements.ConsoleLogin: Failure
  condition: login
---
title: Burst of failed console logins
id: dmitry-aws-console-failures
author: Dmitry
status: stable
level: medium
tags: [attack.credential-access, attack.t1110]
correlation:
  type: event_count
  rules: [aws_console_failure]
  group-by: [recipientAccountId, sourceIPAddress]
  timespan: 10m
  condition: { gte: 5 }
---
title: Federation token requested
id: dmitry-aws-federation-token
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.persistence, attack.lateral-movement, attack.t1550.001]
detection:
  call:
    eventSource: sts.amazonaws.com
    eventName: GetFederationToken
    errorCode: null
  condition: call
---
title: All accounts, roles and policies listed at once
id: dmitry-aws-authorization-details
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: low
tags: [attack.discovery, attack.t1087.004]
falsepositives: [Posture tools]
detection:
  call:
    eventSource: iam.amazonaws.com
    eventName: GetAccountAuthorizationDetails
  condition: call
---
title: Call refused for lack of permission
id: dmitry-aws-denied
name: aws_denied
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: informational
detection:
  denied:
    errorCode: [AccessDenied, AccessDeniedException, UnauthorizedOperation, Client.UnauthorizedOperation]
  service:
    userIdentity.type: AWSService
  condition: denied and not service
---
title: Burst of calls refused for lack of permission
id: dmitry-aws-denied-burst
author: Dmitry
status: stable
level: medium
tags: [attack.discovery, attack.t1580]
falsepositives: [A role whose policy was just narrowed]
correlation:
  type: event_count
  rules: [aws_denied]
  group-by: [userIdentity.arn]
  timespan: 5m
  condition: { gte: 10 }
`;
