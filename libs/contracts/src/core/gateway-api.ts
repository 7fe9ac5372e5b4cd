import { type Static, Type } from 'typebox';
import { Approval, Decision } from './decision.ts';
import { Incident } from './finding.ts';
import { LedgerEntry } from './ledger-entry.ts';
import { OcsfEvent } from './ocsf.ts';
import { Effect, Run } from './run.ts';
import { EntryId, Sha256Hex, strictObject, stringEnum, TenantId, Timestamp } from './schema.ts';

/** One page of a list; `next` is the cursor for `after`, and missing on the last. */
export const pageOf = <S extends Parameters<typeof Type.Array>[0]>(item: S) =>
  strictObject({ items: Type.Array(item), next: Type.Optional(Type.String()) });
/** A list that is given whole. */
export const listOf = <S extends Parameters<typeof Type.Array>[0]>(item: S) =>
  strictObject({ items: Type.Array(item) });

/** Records for the pipeline, at most so many at once. */
export const MAX_SUBMITTED_RECORDS = 500;
export const EventSubmission = strictObject({
  /** A format by its name; found out record by record without it. */
  format: Type.Optional(Type.String({ maxLength: 64 })),
  /** Names the source of records that do not name one. */
  source: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  records: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_SUBMITTED_RECORDS }),
});
export type EventSubmission = Static<typeof EventSubmission>;

/** What became of one record, in the place of the record. A conflict is kept as a dead letter. */
export const SubmissionResult = Type.Union([
  strictObject({
    status: stringEnum(['accepted', 'duplicate', 'conflict']),
    source: Type.String(),
    event_id: Type.String(),
  }),
  strictObject({
    status: Type.Literal('refused'),
    faults: Type.Array(Type.Object({ code: Type.String(), pointer: Type.String(), message: Type.String() })),
  }),
]);
export type SubmissionResult = Static<typeof SubmissionResult>;

const Count = Type.Integer({ minimum: 0 });
export const SubmittedEvents = strictObject({
  accepted: Count,
  duplicates: Count,
  conflicts: Count,
  refused: Count,
  results: Type.Array(SubmissionResult),
});
export type SubmittedEvents = Static<typeof SubmittedEvents>;

const eventMembers = {
  source: Type.String(),
  id: Type.String(),
  time: Timestamp,
  received_at: Timestamp,
  digest: Sha256Hex,
  format: Type.String(),
  event: OcsfEvent,
};
/** An accepted event: identity, and the OCSF form that was made of the record. */
export const ListedEvent = strictObject(eventMembers);
export type ListedEvent = Static<typeof ListedEvent>;
/** The same with the record as it came. */
export const StoredEvent = strictObject({ ...eventMembers, record: Type.Unknown() });
export type StoredEvent = Static<typeof StoredEvent>;

/** An event that a finding rests on. */
export const FindingEvent = strictObject({
  source: Type.String(),
  id: Type.String(),
  time: Timestamp,
  digest: Sha256Hex,
  index: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type FindingEvent = Static<typeof FindingEvent>;

/** An incident with what the analyst last said of it. */
export const AdvisedIncident = strictObject({
  ...Incident.properties,
  advice: Type.Union([
    strictObject({ revision: Type.Integer({ minimum: 0 }), decisions: Type.Array(EntryId), answer: Type.Unknown() }),
    Type.Null(),
  ]),
});
export type AdvisedIncident = Static<typeof AdvisedIncident>;

/** What the gate decided of a proposed action, and what follows. */
export const ActionOutcome = strictObject({
  decision: Decision,
  /** With ALLOW: the run that was planned. */
  run: Type.Union([Run, Type.Null()]),
  /** With STEP_UP: the request that waits for a person. */
  approval: Type.Union([Approval, Type.Null()]),
});
export type ActionOutcome = Static<typeof ActionOutcome>;

/** A vote that was counted, or why it was not. */
export const VoteResult = Type.Union([
  strictObject({ status: stringEnum(['recorded', 'approved', 'denied']), approval: Approval }),
  strictObject({ status: Type.Literal('refused'), code: Type.String(), message: Type.String() }),
]);
export type VoteResult = Static<typeof VoteResult>;

const Halt = strictObject({
  halted: Type.Boolean(),
  reason: Type.Union([Type.String(), Type.Null()]),
  since: Type.Union([Timestamp, Type.Null()]),
  entry_id: Type.Union([EntryId, Type.Null()]),
});
const haltMembers = { halted: Type.Boolean(), tenant: Halt, all: Halt };
/** Whether dispatch is stopped: by the tenant's own switch, or by that for all. */
export const HaltStatus = strictObject(haltMembers);
export type HaltStatus = Static<typeof HaltStatus>;
/** The same after `halt`, with what had left before and is not finished. */
export const HaltResult = strictObject({
  ...haltMembers,
  in_flight: Type.Array(
    strictObject({
      tenant: TenantId,
      effect_key: Effect.properties.effect_key,
      state: Effect.properties.state,
      step: Type.String(),
      run: Sha256Hex,
    }),
  ),
});
export type HaltResult = Static<typeof HaltResult>;

/** An entry with its place in the log, null until it is sequenced, and the tenant's clear references to it. */
export const ListedEntry = strictObject({
  entry: LedgerEntry,
  index: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  lookups: Type.Partial(
    strictObject({
      finding: Type.String(),
      run: Type.String(),
      event: Type.String(),
      request: Type.String(),
      effect: Type.String(),
      subjects: Type.Array(Type.String()),
    }),
  ),
});
export type ListedEntry = Static<typeof ListedEntry>;

const proofMembers = {
  size: Count,
  /** Base64 hashes. */
  proof: Type.Array(Type.String()),
  checkpoint: Type.String(),
};
/** RFC 6962 2.1.1. */
export const InclusionProof = strictObject({ entry_id: EntryId, index: Count, ...proofMembers });
export type InclusionProof = Static<typeof InclusionProof>;
/** RFC 6962 2.1.2. */
export const ConsistencyProof = strictObject({ from: Count, ...proofMembers });
export type ConsistencyProof = Static<typeof ConsistencyProof>;
