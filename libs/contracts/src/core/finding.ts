import { type Static, Type } from 'typebox';
import { EntityRef } from './entity.ts';
import { EntryId, Sha256Hex, strictObject, stringEnum, TenantId, Timestamp } from './schema.ts';
import { Severity } from './severity.ts';

export const FINDING_STATUSES = ['open', 'acknowledged', 'in_progress', 'resolved', 'false_positive'] as const;
export const FindingStatus = stringEnum(FINDING_STATUSES);
export type FindingStatus = Static<typeof FindingStatus>;

/** One term of a score; the points of all terms add up to the score. `evidence` are ledger entry ids. */
export const ScoreTerm = strictObject({
  name: Type.String(),
  value: Type.Number(),
  weight: Type.Number(),
  points: Type.Number(),
  evidence: Type.Array(Type.String()),
});
export type ScoreTerm = Static<typeof ScoreTerm>;

export const FindingScore = strictObject({
  score: Type.Number({ minimum: 0, maximum: 100 }),
  band: Severity,
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  terms: Type.Array(ScoreTerm),
  /** Name and version of the formula, e.g. `dmitry-risk/1`. */
  formula: Type.String(),
  degraded: Type.Boolean(),
});
export type FindingScore = Static<typeof FindingScore>;

/** The events a finding rests on: their number and the RFC 6962 root over their digests. */
export const FindingEvidence = strictObject({
  entry_id: EntryId,
  count: Type.Integer({ minimum: 1 }),
  root: Sha256Hex,
});
export type FindingEvidence = Static<typeof FindingEvidence>;

/** A finding as the /v1 resources and the topics carry it. */
export const Finding = strictObject({
  id: Sha256Hex,
  tenant_id: TenantId,
  revision: Type.Integer({ minimum: 1 }),
  rule: strictObject({ id: Type.String(), title: Type.String() }),
  title: Type.String(),
  description: Type.String(),
  severity: Severity,
  status: FindingStatus,
  score: Type.Union([FindingScore, Type.Null()]),
  techniques: Type.Array(Type.String()),
  entities: Type.Array(EntityRef),
  evidence: FindingEvidence,
  incident_id: Type.Union([Sha256Hex, Type.Null()]),
  first_seen: Timestamp,
  last_seen: Timestamp,
});
export type Finding = Static<typeof Finding>;

/** Findings that belong together, ranked. */
export const Incident = strictObject({
  id: Sha256Hex,
  tenant_id: TenantId,
  revision: Type.Integer({ minimum: 1 }),
  title: Type.String(),
  score: Type.Number({ minimum: 0, maximum: 100 }),
  band: Severity,
  status: FindingStatus,
  entities: Type.Array(EntityRef),
  techniques: Type.Array(Type.String()),
  findings: Type.Array(Sha256Hex),
  reason: Type.Array(Type.String()),
  first_seen: Timestamp,
  last_seen: Timestamp,
});
export type Incident = Static<typeof Incident>;
