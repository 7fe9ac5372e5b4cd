import { ACTION_TYPES, type ActionType, type EntityType, type Severity } from '@dmitry/contracts';
import { textOf } from '../core/index.ts';
import { type CaseFile, rows } from './case-file.ts';

/** Watching and telling, by severity alone: fits every finding. */
const BY_SEVERITY: Readonly<Record<Severity, readonly ActionType[]>> = {
  informational: ['log'],
  low: ['monitor'],
  medium: ['investigate', 'increase_monitoring'],
  high: ['investigate', 'alert', 'increase_monitoring'],
  critical: ['investigate', 'notify_admin', 'increase_monitoring'],
};

/** Containing, by what the finding is about: only from high up. */
const CONTAINMENT: Readonly<Record<EntityType, Readonly<Record<'high' | 'critical', readonly ActionType[]>>>> = {
  identity: { high: ['require_mfa', 'block_access'], critical: ['block_access', 'revoke_credentials'] },
  data_store: { high: ['block_access'], critical: ['block_access', 'quarantine'] },
  service: { high: ['rate_limit', 'isolate_entity'], critical: ['isolate_entity', 'shutdown_service'] },
  ai_tool: { high: ['block_access'], critical: ['block_access', 'isolate_entity'] },
  api: { high: ['rate_limit'], critical: ['rate_limit', 'block_access'] },
  external: { high: ['block_access'], critical: ['block_access'] },
};

/** Priority 1-10 (domain.md 1.3: low 3, medium 5, high 8, critical 10). */
export const PRIORITY_OF: Readonly<Record<Severity, number>> = {
  informational: 1,
  low: 3,
  medium: 5,
  high: 8,
  critical: 10,
};

/** The action types for a case, mildest first: by severity, by entity type, and what the Platform itself suggests. */
export function actionsFor(file: CaseFile): ActionType[] {
  const wanted = new Set<string>(BY_SEVERITY[file.severity]);
  if (file.entity && (file.severity === 'high' || file.severity === 'critical')) {
    for (const type of CONTAINMENT[file.entity.type][file.severity]) wanted.add(type);
  }
  for (const suggested of suggestedTypes(file)) wanted.add(suggested);
  return ACTION_TYPES.filter((type) => wanted.has(type));
}

/** Types that the Platform's own suggestions name exactly; what would shut everything down is left to people. */
const suggestedTypes = (file: CaseFile): string[] =>
  file.results
    .flatMap((result) => rows(result.data))
    .flatMap((row) => textOf(row['action_type']) ?? [])
    .filter((type) => type !== 'emergency_lockdown');
