import {
  type ActionType,
  type BlastRadius,
  type CatalogueEntry,
  type EffectKind,
  type Impact,
  IMPACTS,
} from '@dmitry/contracts';

interface Line {
  readonly impact: Impact;
  readonly blast?: BlastRadius;
  readonly approval?: boolean;
  readonly evidence: number;
  readonly confidence: number;
  readonly effect?: EffectKind;
  readonly inverse?: string;
  readonly aliases?: readonly string[];
}

function line(type: ActionType, facts: Line): CatalogueEntry {
  const approval = facts.approval ?? false;
  return {
    action_type: type,
    impact: facts.impact,
    blast_radius: facts.blast ?? 'entity_only',
    approval_required: approval,
    min_evidence: facts.evidence,
    min_confidence: facts.confidence,
    auto_execute: !approval,
    effect_kind: facts.effect ?? 'keyed',
    inverse: facts.inverse ?? null,
    aliases: [...(facts.aliases ?? [])],
  };
}

/**
 * The 14 action types with the thresholds of the field (domain.md 4), mildest first. `inverse` names the operation that undoes the
 * effect under its own key, or null where nothing does. Aliases are other people's words for the same thing: they are translated
 * when a proposal is read, never accepted in a resolved action.
 */
export const CATALOGUE: readonly CatalogueEntry[] = [
  line('investigate', { impact: 'low', evidence: 1, confidence: 0.5, aliases: ['scan_entity', 'request_review'] }),
  line('monitor', { impact: 'low', evidence: 1, confidence: 0.6, inverse: 'stop_monitoring' }),
  line('alert', { impact: 'low', evidence: 1, confidence: 0.7, aliases: ['alert_team'] }),
  line('log', { impact: 'low', evidence: 1, confidence: 0.5, aliases: ['log_incident'] }),
  line('increase_monitoring', { impact: 'medium', evidence: 2, confidence: 0.7, inverse: 'restore_monitoring' }),
  line('rate_limit', { impact: 'medium', approval: true, evidence: 2, confidence: 0.75, inverse: 'remove_rate_limit' }),
  line('require_mfa', {
    impact: 'medium',
    blast: 'segment',
    approval: true,
    evidence: 3,
    confidence: 0.8,
    inverse: 'relax_mfa',
  }),
  line('notify_admin', { impact: 'medium', evidence: 2, confidence: 0.7 }),
  line('block_access', {
    impact: 'high',
    approval: true,
    evidence: 3,
    confidence: 0.85,
    inverse: 'restore_access',
    aliases: ['update_firewall'],
  }),
  line('isolate_entity', { impact: 'high', approval: true, evidence: 3, confidence: 0.85, inverse: 'release_entity' }),
  line('quarantine', {
    impact: 'high',
    approval: true,
    evidence: 4,
    confidence: 0.9,
    inverse: 'release_quarantine',
    aliases: ['quarantine_file'],
  }),
  line('revoke_credentials', {
    impact: 'high',
    approval: true,
    evidence: 4,
    confidence: 0.9,
    aliases: ['rotate_keys'],
  }),
  line('shutdown_service', {
    impact: 'critical',
    blast: 'org_wide',
    approval: true,
    evidence: 5,
    confidence: 0.95,
    inverse: 'start_service',
    aliases: ['disable_service'],
  }),
  line('emergency_lockdown', {
    impact: 'critical',
    blast: 'org_wide',
    approval: true,
    evidence: 5,
    confidence: 0.95,
    inverse: 'lift_lockdown',
  }),
];

const byName = new Map<string, CatalogueEntry>(
  CATALOGUE.flatMap((entry) => [entry.action_type, ...entry.aliases].map((name) => [name, entry])),
);

/** The action type that a name or an alias stands for, or null: what is not on the list is nothing. */
export const resolveActionType = (name: string): ActionType | null => byName.get(name)?.action_type ?? null;

/** Whether `impact` is at least `floor`. */
export const impactAtLeast = (impact: Impact, floor: Impact): boolean =>
  IMPACTS.indexOf(impact) >= IMPACTS.indexOf(floor);
