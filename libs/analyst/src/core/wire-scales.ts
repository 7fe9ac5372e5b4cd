import type { ActionType, ProposedAction } from '@dmitry/contracts';

type PriorityLabel = ProposedAction['priority'];

/** domain.md 1.3: LOW 3, MEDIUM 5, HIGH 8, CRITICAL 10; an unknown one is 5. */
const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['LOW', 3],
  ['MEDIUM', 5],
  ['HIGH', 8],
  ['CRITICAL', 10],
]);

/** A priority as a number from 1 to 10, whether it is a label or one already. */
export function priorityNumber(priority: unknown): number {
  if (typeof priority === 'number' && priority >= 1 && priority <= 10) return Math.round(priority);
  return typeof priority === 'string' ? (PRIORITIES.get(priority.toUpperCase()) ?? 5) : 5;
}

/** The label whose number a priority reaches. */
export const priorityLabel = (priority: number): PriorityLabel =>
  (['CRITICAL', 'HIGH', 'MEDIUM'] as const).find((label) => priority >= priorityNumber(label)) ?? 'LOW';

const BLAST_RADII: ReadonlyMap<string, 'low' | 'medium' | 'high' | 'critical'> = new Map([
  ['entity_only', 'low'],
  ['segment', 'medium'],
  ['org_wide', 'high'],
  ['critical', 'critical'],
]);

/** domain.md 1.3: blast radius inside → on the wire; an unknown one is medium. */
export const wireBlastRadius = (blastRadius: string): 'low' | 'medium' | 'high' | 'critical' =>
  BLAST_RADII.get(blastRadius) ?? 'medium';

/** Share of the risk that an action type is estimated to take away (domain.md 5.5, the other types placed among them). */
export const RISK_REDUCTION: Readonly<Record<ActionType, number>> = {
  investigate: 0.25,
  monitor: 0.15,
  alert: 0.1,
  log: 0.05,
  increase_monitoring: 0.15,
  rate_limit: 0.25,
  require_mfa: 0.3,
  notify_admin: 0.1,
  block_access: 0.35,
  isolate_entity: 0.4,
  quarantine: 0.45,
  revoke_credentials: 0.45,
  shutdown_service: 0.6,
  emergency_lockdown: 0.7,
};

/** What the impact is when the model has no line for it: by score, in four tiers (domain.md 1.3). */
export function impactText(riskScore: number): string {
  if (riskScore >= 80) return 'Critical impact: act at once.';
  if (riskScore >= 60) return 'High impact: act today.';
  if (riskScore >= 40) return 'Moderate impact: plan a response.';
  return 'Low impact: keep watching.';
}
