const SENSITIVE = `
    sensitivity_tags:
      - financial_related
      - health_related
      - identity_related
      - intellectual_property
      - credentials_related
      - regulated_data`;
const HEAD = `author: Dmitry
status: stable
logsource: { product: pdri, service: security-events }`;

/** PDRI's three finding rules (shadow AI, privileged identity, excessive export), each from ingested events alone. */
const FINDING_RULES = `
title: Unsanctioned AI tool reaches sensitive data
id: dmitry-pdri-shadow-ai
${HEAD}
description: An AI tool that is known not to be sanctioned, in an event that carries sensitive data. A tool of which nothing is said counts as sanctioned.
level: high
tags: [attack.exfiltration, attack.t1567]
detection:
  unsanctioned:
    - event_type: UNSANCTIONED_AI_TOOL
    - ai_context.is_sanctioned: 'false'
    - metadata.is_sanctioned: 'false'
  sensitive:${SENSITIVE}
  privileged:
    privilege_level: [admin, super_admin]
  condition: unsanctioned and sensitive
dmitry:
  entity: target
  window: 1d
  levels:
    - { when: privileged, level: critical }
---
title: AI tool found to be unsanctioned
id: dmitry-pdri-unsanctioned-tool
name: pdri_unsanctioned_tool
${HEAD}
level: low
detection:
  found:
    - event_type: UNSANCTIONED_AI_TOOL
    - event_type: AI_TOOL_DISCOVERY
      ai_context.is_sanctioned: 'false'
    - event_type: AI_TOOL_DISCOVERY
      metadata.is_sanctioned: 'false'
  condition: found
---
title: AI tool reads sensitive data
id: dmitry-pdri-tool-reads
name: pdri_tool_reads_sensitive
${HEAD}
level: low
detection:
  reads:
    event_type: [AI_DATA_ACCESS, AI_API_INTEGRATION, DATA_MOVEMENT, DATA_EXPORT]
  sensitive:${SENSITIVE}
  condition: reads and sensitive
---
title: Tool found to be unsanctioned also reads sensitive data
id: dmitry-pdri-shadow-ai-path
author: Dmitry
description: Two events of one tool - that it is not sanctioned, and that it reaches sensitive data - within seven days.
level: high
tags: [attack.exfiltration, attack.t1567]
correlation:
  type: temporal
  rules: [pdri_unsanctioned_tool, pdri_tool_reads_sensitive]
  group-by: [tool]
  timespan: 7d
  aliases:
    tool:
      pdri_unsanctioned_tool: target_entity_id
      pdri_tool_reads_sensitive: identity_id
---
title: Privileged identity works with an AI tool
id: dmitry-pdri-privileged-identity
${HEAD}
description: An administrator's identity in an event of AI use - one hop away from the tool.
level: high
tags: [attack.privilege-escalation, attack.t1078]
detection:
  privileged:
    privilege_level: [admin, super_admin]
  ai:
    - event_type: [AI_DATA_ACCESS, AI_PROMPT_SENSITIVE, AI_API_INTEGRATION, AI_AGENT_PRIV_ACCESS, UNSANCTIONED_AI_TOOL]
    - exposure_direction: [internal_to_ai, ai_to_internal]
  condition: privileged and ai
dmitry: { window: 1d }
---
title: Privileged access to an entity
id: dmitry-pdri-privileged-access
name: pdri_privileged_access
${HEAD}
level: low
detection:
  privileged:
    privilege_level: [admin, super_admin]
  ai:
    event_type|startswith: AI_
  condition: privileged and not ai
---
title: AI access to an entity
id: dmitry-pdri-ai-access
name: pdri_ai_access
${HEAD}
level: low
detection:
  ai:
    event_type: [AI_DATA_ACCESS, AI_API_INTEGRATION, AI_AGENT_PRIV_ACCESS]
  condition: ai
---
title: Privileged identity and an AI tool meet at one entity
id: dmitry-pdri-privileged-identity-path
author: Dmitry
description: An administrator's identity and an AI tool both use one entity within seven days - two hops apart.
level: high
tags: [attack.privilege-escalation, attack.t1078]
correlation:
  type: temporal
  rules: [pdri_privileged_access, pdri_ai_access]
  group-by: [target_entity_id]
  timespan: 7d
---
title: Data leaves towards the outside or an AI tool, by identity
id: dmitry-pdri-export
name: pdri_export
${HEAD}
level: low
detection:
  moved:
    event_type: [DATA_EXPORT, DATA_MOVEMENT]
    exposure_direction: [internal_to_external, internal_to_ai]
  nobody:
    identity_id: null
  condition: moved and not nobody
---
title: Data leaves towards the outside or an AI tool, nobody named
id: dmitry-pdri-export-unattributed
name: pdri_export_unattributed
${HEAD}
level: low
detection:
  moved:
    event_type: [DATA_EXPORT, DATA_MOVEMENT]
    exposure_direction: [internal_to_external, internal_to_ai]
    identity_id: null
  condition: moved
---
title: Excessive export by one identity
id: dmitry-pdri-excessive-export
author: Dmitry
description: More than 100 MB to the outside or to AI tools within seven days.
level: medium
tags: [attack.exfiltration, attack.t1048]
correlation:
  type: value_sum
  rules: [pdri_export]
  group-by: [identity_id]
  timespan: 7d
  condition:
    gt: 104857600
    field: [data_volume_estimate, ai_context.data_volume_bytes]
dmitry:
  levels:
    - { gt: 524288000, level: critical }
    - { gt: 262144000, level: high }
---
title: Excessive export out of one entity
id: dmitry-pdri-excessive-export-unattributed
author: Dmitry
description: More than 100 MB out of one entity within seven days, with nobody named.
level: medium
tags: [attack.exfiltration, attack.t1048]
correlation:
  type: value_sum
  rules: [pdri_export_unattributed]
  group-by: [target_entity_id]
  timespan: 7d
  condition:
    gt: 104857600
    field: [data_volume_estimate, ai_context.data_volume_bytes]
dmitry:
  levels:
    - { gt: 524288000, level: critical }
    - { gt: 262144000, level: high }
`;

interface TypeRule {
  readonly name: string;
  readonly title: string;
  readonly types: string;
  readonly tags: string;
}

/** PDRI's correlation types: events of one kind around one entity within 15 minutes of the first. */
const TYPES: readonly TypeRule[] = [
  {
    name: 'ai_exposure',
    title: 'Data exposed to AI tools',
    types: 'AI_DATA_ACCESS, AI_PROMPT_SENSITIVE',
    tags: 'attack.collection, attack.t1213',
  },
  {
    name: 'ai_integration',
    title: 'New integrations with AI tools',
    types: 'AI_API_INTEGRATION',
    tags: 'attack.persistence, attack.t1671',
  },
  {
    name: 'privilege_escalation',
    title: 'Privileges raised or used by an agent',
    types: 'AI_AGENT_PRIV_ACCESS, PRIVILEGE_ESCALATION',
    tags: 'attack.privilege-escalation, attack.t1098',
  },
  {
    name: 'shadow_ai',
    title: 'Unsanctioned AI tool in use',
    types: 'UNSANCTIONED_AI_TOOL',
    tags: 'attack.exfiltration, attack.t1567',
  },
  {
    name: 'access_pattern',
    title: 'Unusual series of accesses',
    types: 'SYSTEM_ACCESS',
    tags: 'attack.initial-access, attack.t1078',
  },
  { name: 'data_movement', title: 'Data moved', types: 'DATA_MOVEMENT', tags: 'attack.exfiltration, attack.t1537' },
  {
    name: 'data_exfiltration',
    title: 'Data exported',
    types: 'DATA_EXPORT',
    tags: 'attack.exfiltration, attack.t1048',
  },
  {
    name: 'data_aggregation',
    title: 'Data collected in one place',
    types: 'DATA_AGGREGATION',
    tags: 'attack.collection, attack.t1074',
  },
];

/** A finding is made at level high, or by three events. Privileged, tagged and outbound is critical; tagged towards AI or outside is high. */
const typeRule = ({ name, title, types, tags }: TypeRule): string => `
title: ${title}
id: dmitry-pdri-type-${name.replaceAll('_', '-')}
${HEAD}
level: low
tags: [${tags}]
detection:
  type:
    event_type: [${types}]
  outbound:
    exposure_direction: [internal_to_external, internal_to_ai]
  privileged:
    privilege_level: [admin, super_admin]
  tagged:${SENSITIVE}
  condition: type
dmitry:
  entity: target
  window: 15m
  raise: { level: high, count: 3 }
  levels:
    - { when: privileged and tagged and outbound, level: critical }
    - { when: tagged and outbound, level: high }
    - { when: outbound or privileged, level: medium }
`;

const AUTH_FAILURES = `
title: Failed authentication
id: dmitry-pdri-auth-failure
name: pdri_auth_failure
${HEAD}
level: informational
detection:
  failed:
    event_type: SYSTEM_AUTH_FAILURE
  condition: failed
---
title: Burst of failed authentications of one identity
id: dmitry-pdri-auth-failure-burst
author: Dmitry
level: medium
tags: [attack.credential-access, attack.t1110]
correlation:
  type: event_count
  rules: [pdri_auth_failure]
  group-by: [identity_id]
  timespan: 15m
  condition: { gte: 5 }
dmitry:
  levels:
    - { gte: 20, level: high }
---
title: Burst of failed authentications at one system
id: dmitry-pdri-auth-failure-spray
author: Dmitry
level: medium
tags: [attack.credential-access, attack.t1110.003]
correlation:
  type: value_count
  rules: [pdri_auth_failure]
  group-by: [target_entity_id]
  timespan: 15m
  condition: { gte: 5, field: identity_id }
`;

export const pdriRules: readonly string[] = [FINDING_RULES, AUTH_FAILURES, ...TYPES.map(typeRule)];
