import {
  Approval,
  EntryId,
  ENTRY_TYPES,
  Impact,
  Sha256Hex,
  strictObject,
  stringEnum,
  TenantId,
  Timestamp,
} from '@dmitry/contracts';
import { type Static, Type } from 'typebox';

const Name = Type.String({ minLength: 1, maxLength: 256 });
const Count = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });

/** An entry as the ledger would resolve it. */
const DryRunEvidence = strictObject({
  id: EntryId,
  type: stringEnum(ENTRY_TYPES),
  /** When it was retrieved. */
  time: Timestamp,
  /** `service:operation` of a read, `finding:rule` of a finding's evidence: what counts as distinct sources. */
  source: Name,
  succeeded: Type.Optional(Type.Boolean()),
  facts: Type.Optional(
    Type.Record(
      Type.String({ maxLength: 64 }),
      Type.Union([Type.String({ maxLength: 512 }), Type.Number(), Type.Boolean(), Type.Null()]),
    ),
  ),
  finding: Type.Optional(Type.Union([Sha256Hex, Type.Null()])),
  /** What it is about: entity keys (`type:id`) of evidence, ids that a read named. Without it that is not asked. */
  subjects: Type.Optional(Type.Array(Name, { maxItems: 256 })),
});

/** What a deployment would look up while it decides. Everything is optional; what is not there does not exist. */
export const DryRunContext = strictObject({
  /** Default `local`. */
  tenant: Type.Optional(TenantId),
  /** Time of the decisions. Default: that of the newest evidence, so that no clock is read. */
  now: Type.Optional(Timestamp),
  /** Default `dry-run`. */
  requested_by: Type.Optional(Name),
  /** What proposers claim that do not say. Default 0. */
  confidence: Type.Optional(Type.Number()),
  halted: Type.Optional(Type.Boolean()),
  /** Sources that did not answer while evidence was gathered. */
  unavailable: Type.Optional(Type.Array(Name, { maxItems: 64 })),
  evidence: Type.Optional(Type.Array(DryRunEvidence, { maxItems: 10_000 })),
  approvals: Type.Optional(Type.Array(Approval, { maxItems: 1_000 })),
  /** Effects taken from the budget already, by impact. Default 0. */
  budget_used: Type.Optional(Type.Array(strictObject({ impact: Impact, used: Count }), { maxItems: 4 })),
  /** Entities reached from a target. Default: what the policy assumes. */
  reach: Type.Optional(
    Type.Array(strictObject({ target: strictObject({ type: Name, id: Name }), entities: Count }), { maxItems: 10_000 }),
  ),
});
export type DryRunContext = Static<typeof DryRunContext>;

/**
 * An action to judge, and what its proposer says of it. Types and parameters are left to the gate, which answers what is wrong with
 * them by a verdict. Without `evidence` all of the context is cited; without `approvals` all of them are named.
 */
export const DryRunAction = strictObject({
  action_type: Type.String({ maxLength: 256 }),
  target: strictObject({ type: Type.String({ maxLength: 256 }), id: Type.String({ maxLength: 4_096 }) }),
  params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  confidence: Type.Optional(Type.Number()),
  evidence: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 1_000 })),
  approvals: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 64 })),
  requested_by: Type.Optional(Name),
  finding_id: Type.Optional(Type.Union([Sha256Hex, Type.Null()])),
});
export type DryRunAction = Static<typeof DryRunAction>;
