import { type Static, Type } from 'typebox';
import {
  ActionType,
  ASSURANCES,
  CatalogueEntry,
  digestOf,
  EntityRef,
  EntityType,
  parseWith,
  type PolicyRef,
  type SchemaFault,
  strictObject,
  stringEnum,
} from '@dmitry/contracts';

const perImpact = <S extends Parameters<typeof Type.Array>[0]>(schema: S) =>
  strictObject({ low: schema, medium: schema, high: schema, critical: schema });
const Milliseconds = Type.Integer({ minimum: 1, maximum: 31_536_000_000 });
const Count = Type.Integer({ minimum: 0, maximum: 1_000_000 });

/** Names of the formulas that turn counted evidence into confidence. A new formula gets a new name, so that old decisions replay. */
export const CONFIDENCE_FORMULAS = ['distinct-evidence-v1'] as const;

/** Everything that judging depends on besides the request. Plain data: its digest is in every decision. */
export const GatePolicy = strictObject({
  v: Type.Literal(1),
  version: Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9._+-]*$' }),
  catalogue: Type.Array(CatalogueEntry, { minItems: 1, maxItems: 256 }),
  evidence: strictObject({
    /** Decision time minus retrieval time, by impact of the action. */
    max_age_ms: perImpact(Milliseconds),
    /** Clocks of replicas differ: an entry may be this much newer than the decision. */
    skew_ms: Type.Integer({ minimum: 0, maximum: 60_000 }),
    /** How many entries of one source count. */
    per_source: Type.Integer({ minimum: 1, maximum: 100 }),
    min_sources: perImpact(Type.Integer({ minimum: 1, maximum: 100 })),
    /** Sources whose entries prove nothing about the target, by prefix: what a model said, what Dmitry itself did. */
    excluded_sources: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: 64 }),
  }),
  confidence: strictObject({
    formula: stringEnum(CONFIDENCE_FORMULAS),
    /** supported = 1 - doubt × decay^(n - 1) for n counted entries, 0 for none. */
    doubt: Type.Number({ minimum: 0, maximum: 1 }),
    decay: Type.Number({ minimum: 0, maximum: 1 }),
  }),
  /** Effects of one impact that a tenant may have in a rolling window. */
  budgets: perImpact(strictObject({ max: Count, window_ms: Milliseconds })),
  approvals: perImpact(
    strictObject({
      quorum: Type.Integer({ minimum: 1, maximum: 10 }),
      assurance: stringEnum(ASSURANCES),
      ttl_ms: Milliseconds,
    }),
  ),
  /** How long an ALLOW may wait for its dispatch. */
  allow_ttl_ms: perImpact(Milliseconds),
  blast_radius: strictObject({
    /** Assumed where nothing measured the reach. */
    assumed_entities: strictObject({ entity_only: Count, segment: Count, org_wide: Count }),
    /** A measured reach from here on counts as that class. */
    segment_from: Count,
    org_wide_from: Count,
  }),
  /** Which kinds of entity an action can meet; types not named here meet any. */
  target_types: Type.Array(strictObject({ action_type: ActionType, types: Type.Array(EntityType, { minItems: 1 }) }), {
    maxItems: 256,
  }),
  /** Never the target of anything above low impact: what defends must not be talked into disarming itself. */
  protected_targets: Type.Array(EntityRef, { maxItems: 1_000 }),
  /** Numeric parameters with a ceiling: more than that is answered with MODIFY. */
  param_limits: Type.Array(
    strictObject({ action_type: ActionType, param: Type.String({ minLength: 1, maxLength: 128 }), max: Type.Number() }),
    {
      maxItems: 256,
    },
  ),
});
export type GatePolicy = Static<typeof GatePolicy>;

/** What stands for "no policy" where a reference must be given. */
export const NO_POLICY: PolicyRef = { version: 'none', digest: '0'.repeat(64) };

/** The digest that decisions name. */
export const policyRef = (policy: GatePolicy): PolicyRef => ({ version: policy.version, digest: digestOf(policy) });

/** Reads a policy from untrusted data: the policy, or every fault found. */
export function parsePolicy(
  value: unknown,
):
  { readonly ok: true; readonly policy: GatePolicy } | { readonly ok: false; readonly faults: readonly SchemaFault[] } {
  const parsed = parseWith(GatePolicy, value);
  if (!parsed.ok) return parsed;
  const faults = duplicateTypes(parsed.value);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, policy: parsed.value };
}

function duplicateTypes(policy: GatePolicy): SchemaFault[] {
  const seen = new Set<string>();
  return policy.catalogue.flatMap((entry, at) => {
    const again = seen.has(entry.action_type);
    seen.add(entry.action_type);
    return again ? [{ pointer: `/catalogue/${at}/action_type`, message: `${entry.action_type} is listed twice` }] : [];
  });
}
