import { type Static, type TSchema, Type } from 'typebox';
import { Action } from './action.ts';
import { AdviseRequest } from './advise.ts';
import { Approval, Decision, PolicyRef } from './decision.ts';
import { EntityRef } from './entity.ts';
import { FINDING_STATUSES, FindingScore, Incident } from './finding.ts';
import { EntryType, LedgerEntry } from './ledger-entry.ts';
import { EntryId, type Parsed, parseWith, Sha256Hex, strictObject, stringEnum, TenantId } from './schema.ts';

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const OrNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** Largest line of a recording, bytes. */
export const MAX_RECORDING_LINE_BYTES = 16 * 1024 * 1024;

/** First line: whose run it is, and under what it was made. */
export const RecordingHeader = strictObject({
  kind: Type.Literal('header'),
  v: Type.Literal(1),
  tenant: TenantId,
  rules_version: Text,
  /** How late an event may be and still belong, ms. */
  lateness_ms: Count,
  /** Formula of the scores. */
  formula: Text,
  /** Policy of the newest decision; null where nothing was decided. */
  policy: OrNull(PolicyRef),
});
export type RecordingHeader = Static<typeof RecordingHeader>;

/** A policy that decisions were taken under, once. */
export const RecordedPolicy = strictObject({ kind: Type.Literal('policy'), digest: Sha256Hex, policy: Type.Unknown() });
export type RecordedPolicy = Static<typeof RecordedPolicy>;

/** An accepted record as it came in, in the order of acceptance. */
export const RecordedEvent = strictObject({
  kind: Type.Literal('event'),
  number: Count,
  source: Text,
  id: Text,
  format: Text,
  received_ms: Type.Number(),
  /** SHA-256 of the OCSF event that was made of it. */
  digest: Sha256Hex,
  record: Type.Unknown(),
});
export type RecordedEvent = Static<typeof RecordedEvent>;

/** What a neighbour knew of one entity, and the reads that say so. */
export const RecordedFacts = strictObject({
  entity: EntityRef,
  exposure: OrNull(Type.Number()),
  sensitivity: OrNull(Type.Number()),
  volatility: OrNull(Type.Number()),
  criticality: OrNull(Type.Number()),
  evidence: Type.Array(Text),
});
export type RecordedFacts = Static<typeof RecordedFacts>;

/** A finding with what it was scored on. */
export const RecordedFinding = strictObject({
  kind: Type.Literal('finding'),
  id: Sha256Hex,
  revision: Type.Integer({ minimum: 1 }),
  digest: Sha256Hex,
  status: stringEnum(FINDING_STATUSES),
  /** Whether the events still come to it; null where it was closed before it was scored, so that nobody can tell. */
  stands: OrNull(Type.Boolean()),
  /** Its evidence entry. */
  evidence: EntryId,
  facts: Type.Array(RecordedFacts),
  score: OrNull(FindingScore),
});
export type RecordedFinding = Static<typeof RecordedFinding>;

export const RecordedIncident = strictObject({
  kind: Type.Literal('incident'),
  incident: Type.Omit(Incident, ['revision', 'status'], { additionalProperties: false }),
});
export type RecordedIncident = Static<typeof RecordedIncident>;

/** One answer of the language model. `request_digest`: SHA-256 of the RFC 8785 form of the chat-completions body that was asked. */
export const RecordedAnswer = strictObject({
  entry: Text,
  request_digest: Sha256Hex,
  asked_model: Text,
  text: Text,
  tool_calls: Type.Array(strictObject({ id: Text, name: Text, arguments: Text })),
  finish: stringEnum(['stop', 'length', 'tool_calls', 'content_filter', 'other']),
  usage: OrNull(strictObject({ input_tokens: Type.Number(), output_tokens: Type.Number() })),
  model: Text,
});
export type RecordedAnswer = Static<typeof RecordedAnswer>;

/** One reading of a tool. `request_digest` is the one that the ledger committed to. */
export const RecordedReading = strictObject({
  tool: Text,
  entry: Text,
  request_digest: OrNull(Sha256Hex),
  kind: stringEnum(['fresh', 'stale', 'partial', 'unavailable']),
  data: Type.Unknown(),
  age_ms: Type.Optional(Type.Number()),
  note: Type.Optional(Text),
  code: OrNull(Text),
});
export type RecordedReading = Static<typeof RecordedReading>;

/** What the analyst made of the answers; without the times, which are those of its clock. */
export const RecordedAdviceResult = strictObject({
  kind: stringEnum(['advice', 'invalid', 'unavailable']),
  code: OrNull(Text),
  summary: Text,
  impact: Text,
  claims: Type.Array(strictObject({ text: Text, citations: Type.Array(Text) })),
  risk_factors: Type.Array(
    strictObject({ factor: Text, severity: Text, description: Text, evidence: Type.Array(Text) }),
  ),
  proposals: Type.Array(
    strictObject({
      action: Action,
      reason: Text,
      confidence: Type.Number(),
      evidence: Type.Array(Text),
      priority: Type.Number(),
    }),
  ),
  citations: Type.Array(Text),
  refused: Type.Array(strictObject({ action: Type.Unknown(), code: Text, message: Text })),
  warnings: Type.Array(Text),
  unavailable: Type.Array(Text),
  confidence: Type.Number(),
  provider: Text,
  model: Text,
});
export type RecordedAdviceResult = Static<typeof RecordedAdviceResult>;

/** One question to the analyst: what it was about, what came from outside, and what it said. */
export const RecordedAdvice = strictObject({
  kind: Type.Literal('advice'),
  incident: Sha256Hex,
  revision: Type.Integer({ minimum: 1 }),
  finding: Sha256Hex,
  at_ms: Type.Number(),
  request: AdviseRequest,
  evidence: Type.Array(
    strictObject({
      entry: Text,
      kind: stringEnum(['event', 'platform_call']),
      event: Type.Optional(Text),
      finding: Type.Optional(Text),
    }),
  ),
  unresolved: Type.Array(Text),
  answers: Type.Array(RecordedAnswer),
  readings: Type.Array(RecordedReading),
  advice: RecordedAdviceResult,
  /** Decisions that it led to. */
  decisions: Type.Array(EntryId),
});
export type RecordedAdvice = Static<typeof RecordedAdvice>;

/** What the gate was asked, but for the action. `confidence` is null where the claim was no number. */
export const JudgedRequest = strictObject({
  finding_id: OrNull(Text),
  confidence: OrNull(Type.Number()),
  evidence: Type.Array(Text),
  requested_by: Text,
  approvals: Type.Array(Text),
  unavailable: Type.Array(Text),
  reach: OrNull(Type.Number()),
  /** Names of what the finding links to the target. */
  linked: Type.Optional(Type.Array(Text)),
});
export type JudgedRequest = Static<typeof JudgedRequest>;

/** What the gate looked up before it judged: with request and policy, everything that a decision depends on. */
export const JudgedInputs = strictObject({
  v: Type.Literal(1),
  now_ms: OrNull(Type.Number()),
  halted: Type.Boolean(),
  budget_used: OrNull(Type.Number()),
  /** References that resolved. */
  evidence: Type.Array(
    strictObject({
      id: Text,
      type: EntryType,
      time_ms: Type.Number(),
      succeeded: Type.Boolean(),
      source: Text,
      facts: LedgerEntry.properties.facts,
      finding: OrNull(Text),
      /** What it is about; without it that was not asked. */
      subjects: Type.Optional(Type.Array(Text)),
    }),
  ),
  /** Without the signatures, which the gate has checked when the votes were cast. */
  approvals: Type.Array(strictObject({ approval: Approval, used_by: OrNull(Text) })),
});
export type JudgedInputs = Static<typeof JudgedInputs>;

/** A decision with all that it depends on. */
export const RecordedDecision = strictObject({
  kind: Type.Literal('decision'),
  decision: Decision,
  request: JudgedRequest,
  inputs: JudgedInputs,
  /** Digest of the policy, whose line comes before; `invalid`: the stored one could not be read; null: none was loaded. */
  policy: Type.Union([Sha256Hex, Type.Literal('invalid'), Type.Null()]),
});
export type RecordedDecision = Static<typeof RecordedDecision>;

/** Last line: without it the recording is cut. */
export const RecordingEnd = strictObject({
  kind: Type.Literal('end'),
  /** Lines before this one. */
  lines: Count,
});
export type RecordingEnd = Static<typeof RecordingEnd>;

/** Kinds of lines, in the order in which they stand. */
const LINES = {
  header: RecordingHeader,
  policy: RecordedPolicy,
  event: RecordedEvent,
  finding: RecordedFinding,
  incident: RecordedIncident,
  advice: RecordedAdvice,
  decision: RecordedDecision,
  end: RecordingEnd,
} as const;
export const RECORDING_KINDS = Object.keys(LINES) as readonly (keyof typeof LINES)[];

/**
 * One line of a recording (`dmitry replay`): NDJSON, each line the RFC 8785 form of its value, in the order header, policies, events,
 * findings, incidents, advice, decisions, end.
 */
export const RecordingLine = Type.Union([
  RecordingHeader,
  RecordedPolicy,
  RecordedEvent,
  RecordedFinding,
  RecordedIncident,
  RecordedAdvice,
  RecordedDecision,
  RecordingEnd,
]);
export type RecordingLine = Static<typeof RecordingLine>;

/** Checks one line's value against the schema of its kind; every fault has a JSON pointer. */
export function parseRecordingLine(value: unknown): Parsed<RecordingLine> {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  const known = RECORDING_KINDS.find((one) => one === kind);
  if (known) return parseWith(LINES[known] as TSchema, value) as Parsed<RecordingLine>;
  return { ok: false, faults: [{ pointer: '/kind', message: `must be one of ${RECORDING_KINDS.join(', ')}` }] };
}
