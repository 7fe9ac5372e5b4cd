import { CATALOGUE } from './catalogue.ts';
import type { GatePolicy } from './gate-policy.schema.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WEEK_SECONDS = 604_800;

const protect = (...ids: string[]) => ids.map((id) => ({ type: 'service' as const, id }));

/** The policy that a deployment starts with. Any change is a new version. */
export const builtinPolicy: GatePolicy = {
  v: 1,
  version: 'builtin-1',
  catalogue: CATALOGUE.map((entry) => ({ ...entry })),
  evidence: {
    max_age_ms: { low: 24 * HOUR, medium: 12 * HOUR, high: 4 * HOUR, critical: HOUR },
    skew_ms: 5_000,
    per_source: 2,
    min_sources: { low: 1, medium: 1, high: 2, critical: 3 },
    excluded_sources: ['llm:', 'notification:', 'platform:actions.execute', 'platform:actions.undo'],
  },
  confidence: { formula: 'distinct-evidence-v1', doubt: 0.3, decay: 0.6 },
  budgets: {
    low: { max: 1_000, window_ms: HOUR },
    medium: { max: 200, window_ms: HOUR },
    high: { max: 50, window_ms: HOUR },
    critical: { max: 3, window_ms: 24 * HOUR },
  },
  approvals: {
    low: { quorum: 1, assurance: 'session', ttl_ms: 24 * HOUR },
    medium: { quorum: 1, assurance: 'session', ttl_ms: 12 * HOUR },
    high: { quorum: 1, assurance: 'signed', ttl_ms: 4 * HOUR },
    critical: { quorum: 2, assurance: 'signed', ttl_ms: HOUR },
  },
  allow_ttl_ms: { low: HOUR, medium: 30 * MINUTE, high: 15 * MINUTE, critical: 5 * MINUTE },
  blast_radius: {
    assumed_entities: { entity_only: 1, segment: 50, org_wide: 1_000 },
    segment_from: 25,
    org_wide_from: 250,
  },
  target_types: [
    { action_type: 'require_mfa', types: ['identity'] },
    { action_type: 'revoke_credentials', types: ['identity', 'service', 'ai_tool', 'api'] },
    { action_type: 'shutdown_service', types: ['service', 'ai_tool', 'api'] },
  ],
  protected_targets: protect(
    'dmitry',
    'gateway',
    'orchestrator',
    'platform',
    'pdri',
    'aegis',
    'safety-gate',
    'trust-ledger',
  ),
  param_limits: (['rate_limit', 'block_access', 'isolate_entity', 'quarantine'] as const).map((action_type) => ({
    action_type,
    param: 'duration_seconds',
    max: WEEK_SECONDS,
  })),
};
