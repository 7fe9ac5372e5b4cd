/** CloudTrail: secrets, data and computing power. */
export const cloudtrailDataRules = String.raw`
title: Snapshot or image shared with another account
id: dmitry-aws-snapshot-shared
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.exfiltration, attack.t1537, attack.t1578.001]
falsepositives: [Backup accounts]
detection:
  volume:
    eventName: ModifySnapshotAttribute
    requestParameters.createVolumePermission.add|exists: true
  image:
    eventName: ModifyImageAttribute
    requestParameters.launchPermission.add|exists: true
  database:
    eventName: [ModifyDBSnapshotAttribute, ModifyDBClusterSnapshotAttribute]
    requestParameters.attributeName: restore
    requestParameters.valuesToAdd|exists: true
  done:
    errorCode: null
  everyone:
    - requestParameters.createVolumePermission.add.items.group: all
    - requestParameters.launchPermission.add.items.group: all
    - requestParameters.valuesToAdd: all
  condition: (volume or image or database) and done
dmitry:
  levels:
    - { when: everyone, level: critical }
    - { when: volume or database, level: high }
---
title: Bucket opened to everyone or to another account
id: dmitry-aws-bucket-opened
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.exfiltration, attack.collection, attack.t1530, attack.t1537]
falsepositives: [Public web content]
detection:
  policy:
    eventName: PutBucketPolicy
    errorCode: null
  everyone:
    requestParameters.bucketPolicy|contains: ['"Principal":"\*"', '"AWS":"\*"', '"AWS":["\*"']
  account:
    requestParameters.bucketPolicy|re: '"Principal":\{"AWS":\[?"(arn:aws:iam::)?\d{12}'
  acl:
    eventName: PutBucketAcl
    errorCode: null
    requestParameters|contains: [AllUsers, AuthenticatedUsers, public-read]
  unblocked:
    eventName: [DeleteBucketPublicAccessBlock, DeleteAccountPublicAccessBlock]
    errorCode: null
  condition: (policy and (everyone or account)) or acl or unblocked
dmitry:
  levels:
    - { when: unblocked, level: medium }
    - { when: account and not everyone, level: medium }
---
title: Secret read
id: dmitry-aws-secret-read
name: aws_secret_read
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: informational
detection:
  call:
    eventSource: secretsmanager.amazonaws.com
    eventName: GetSecretValue
  condition: call
---
title: Many secrets read by one identity
id: dmitry-aws-secrets-bulk
author: Dmitry
status: stable
level: high
tags: [attack.credential-access, attack.t1555.006]
correlation:
  type: value_count
  rules: [aws_secret_read]
  group-by: [userIdentity.arn]
  timespan: 10m
  condition: { gte: 15, field: requestParameters.secretId }
---
title: Secrets read in batch
id: dmitry-aws-secret-batch
name: aws_secret_batch
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: informational
detection:
  call:
    eventSource: secretsmanager.amazonaws.com
    eventName: BatchGetSecretValue
  condition: call
---
title: Repeated batch reads of secrets
id: dmitry-aws-secrets-batch-bulk
author: Dmitry
status: stable
level: high
tags: [attack.credential-access, attack.t1555.006]
correlation:
  type: event_count
  rules: [aws_secret_batch]
  group-by: [userIdentity.arn]
  timespan: 5m
  condition: { gte: 3 }
---
title: Encrypted parameter read
id: dmitry-aws-parameter-read
name: aws_parameter_read
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: informational
detection:
  several:
    eventSource: ssm.amazonaws.com
    eventName: [GetParameters, GetParametersByPath]
    requestParameters.withDecryption: true
  condition: several
---
title: Many encrypted parameters read by one identity
id: dmitry-aws-parameters-bulk
author: Dmitry
status: stable
level: high
tags: [attack.credential-access, attack.t1552, attack.t1555]
correlation:
  type: value_count
  rules: [aws_parameter_read]
  group-by: [userIdentity.arn]
  timespan: 10m
  condition: { gte: 15, field: requestParameters.names }
---
title: Windows password of an instance requested
id: dmitry-aws-password-data
name: aws_password_data
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: low
tags: [attack.credential-access, attack.t1552]
detection:
  call:
    eventSource: ec2.amazonaws.com
    eventName: GetPasswordData
  condition: call
---
title: Windows passwords of many instances requested
id: dmitry-aws-password-data-bulk
author: Dmitry
status: stable
level: high
tags: [attack.credential-access, attack.t1552]
correlation:
  type: value_count
  rules: [aws_password_data]
  group-by: [userIdentity.arn]
  timespan: 10m
  condition: { gte: 5, field: requestParameters.instanceId }
---
title: Commands sent to instances
id: dmitry-aws-send-command
name: aws_send_command
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: low
tags: [attack.execution, attack.t1651]
falsepositives: [Patch management]
detection:
  call:
    eventSource: ssm.amazonaws.com
    eventName: SendCommand
    errorCode: null
    requestParameters.documentName: [AWS-RunShellScript, AWS-RunPowerShellScript, AWS-RunRemoteScript]
  condition: call
---
title: Commands sent to several instances
id: dmitry-aws-send-command-many
author: Dmitry
status: stable
level: medium
tags: [attack.execution, attack.t1651]
correlation:
  type: value_count
  rules: [aws_send_command]
  group-by: [userIdentity.arn]
  timespan: 15m
  condition: { gte: 3, field: requestParameters.instanceIds }
  generate: true
---
title: Session opened on an instance
id: dmitry-aws-start-session
name: aws_start_session
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: informational
detection:
  call:
    eventSource: ssm.amazonaws.com
    eventName: StartSession
    errorCode: null
  condition: call
---
title: Sessions opened on several instances
id: dmitry-aws-start-session-many
author: Dmitry
status: stable
level: medium
tags: [attack.lateral-movement, attack.execution, attack.t1021.007]
correlation:
  type: value_count
  rules: [aws_start_session]
  group-by: [userIdentity.arn]
  timespan: 10m
  condition: { gte: 3, field: requestParameters.target }
---
title: SSH key pushed to an instance
id: dmitry-aws-instance-connect
name: aws_instance_connect
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: low
tags: [attack.lateral-movement, attack.t1021.004]
detection:
  call:
    eventSource: ec2-instance-connect.amazonaws.com
    eventName: [SendSSHPublicKey, SendSerialConsoleSSHPublicKey]
    errorCode: null
  condition: call
---
title: SSH keys pushed to several instances
id: dmitry-aws-instance-connect-many
author: Dmitry
status: stable
level: high
tags: [attack.lateral-movement, attack.t1021.004]
correlation:
  type: value_count
  rules: [aws_instance_connect]
  group-by: [userIdentity.arn]
  timespan: 10m
  condition: { gte: 3, field: requestParameters.instanceId }
---
title: Start-up script of an instance changed
id: dmitry-aws-user-data
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.execution, attack.persistence, attack.t1037]
detection:
  call:
    eventSource: ec2.amazonaws.com
    eventName: ModifyInstanceAttribute
    requestParameters.userData|exists: true
    errorCode: null
  condition: call
---
title: Large or accelerated instances started
id: dmitry-aws-unusual-instances
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.impact, attack.defense-evasion, attack.t1496.001, attack.t1578.002]
falsepositives: [Machine learning teams]
detection:
  call:
    eventSource: ec2.amazonaws.com
    eventName: [RunInstances, RequestSpotInstances]
  accelerated:
    requestParameters.instanceType|re: '^(p[2-9]|g[3-9]|trn|inf|dl|vt|f[12]|hpc|u-)[a-z0-9-]*\.'
  large:
    requestParameters.instanceType|endswith: ['.24xlarge', '.32xlarge', '.48xlarge', '.metal', '.112xlarge']
  condition: call and (accelerated or large)
---
title: Access to AI models opened
id: dmitry-aws-model-access
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.impact, attack.t1496.004]
falsepositives: [A team that begins to use a model]
detection:
  call:
    eventSource: bedrock.amazonaws.com
    eventName: [CreateFoundationModelAgreement, PutFoundationModelEntitlement, PutUseCaseForModelAccess]
    errorCode: null
  condition: call
---
title: AI model asked
id: dmitry-aws-model-invoked
name: aws_model_invoked
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: informational
detection:
  call:
    eventSource: bedrock.amazonaws.com
    eventName: [InvokeModel, InvokeModelWithResponseStream, Converse, ConverseStream]
  condition: call
---
title: Burst of questions to AI models
id: dmitry-aws-model-burst
author: Dmitry
status: stable
level: medium
tags: [attack.impact, attack.t1496.004]
correlation:
  type: event_count
  rules: [aws_model_invoked]
  group-by: [userIdentity.arn]
  timespan: 10m
  condition: { gte: 100 }
---
title: Code or layers of a function replaced
id: dmitry-aws-function-changed
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: low
tags: [attack.persistence, attack.privilege-escalation, attack.execution, attack.t1648]
falsepositives: [Deployment]
detection:
  code:
    eventSource: lambda.amazonaws.com
    eventName|startswith: UpdateFunctionCode
    errorCode: null
  layers:
    eventSource: lambda.amazonaws.com
    eventName|startswith: UpdateFunctionConfiguration
    requestParameters.layers|exists: true
    errorCode: null
  condition: code or layers
dmitry:
  levels:
    - { when: layers, level: medium }
---
title: Function made callable by everyone
id: dmitry-aws-function-opened
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: high
tags: [attack.persistence, attack.t1648]
detection:
  call:
    eventSource: lambda.amazonaws.com
    eventName|startswith: AddPermission
    requestParameters.principal: '\*'
    errorCode: null
  condition: call
---
title: Key disabled or set to be deleted
id: dmitry-aws-key-destroyed
author: Dmitry
status: stable
logsource: { product: aws, service: cloudtrail }
level: medium
tags: [attack.impact, attack.t1485]
detection:
  call:
    eventSource: kms.amazonaws.com
    eventName: [ScheduleKeyDeletion, DisableKey]
    errorCode: null
  condition: call
`;
