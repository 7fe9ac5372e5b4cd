import { type Static, Type } from 'typebox';
import { EntryId, recordOf, Sha256Hex, strictObject, stringEnum, Timestamp } from './schema.ts';

export const ENTRY_TYPES = [
  'intent',
  'outcome',
  'decision',
  'approval',
  'evidence',
  'policy',
  'config',
  'halt',
  'seal',
  /** Head of a tenant's log, in the log of logs. */
  'checkpoint',
] as const;
export const EntryType = stringEnum(ENTRY_TYPES);
export type EntryType = Static<typeof EntryType>;

export const ACTOR_KINDS = ['person', 'service', 'analyst', 'gate', 'workflow', 'operator', 'system'] as const;

/** Largest entry in its RFC 8785 form, bytes. */
export const MAX_ENTRY_BYTES = 16_384;

/** One encrypted part of an entry's payload, stored under its digest before the entry. */
export const PayloadPart = strictObject({
  /** SHA-256 of the ciphertext. */
  digest: Sha256Hex,
  size: Type.Integer({ minimum: 0 }),
  media_type: Type.String({ maxLength: 128 }),
  key_id: Type.String({ maxLength: 128 }),
});
export type PayloadPart = Static<typeof PayloadPart>;

/** Entry v1 (DESIGN.md 6): final from the first day; later work adds types or optional members only. */
export const LedgerEntry = strictObject({
  v: Type.Literal(1),
  id: EntryId,
  /** The tenant's pseudonym, never its name. */
  tenant: Type.String({ minLength: 1, maxLength: 128 }),
  type: EntryType,
  time: Timestamp,
  session: strictObject({ id: EntryId, seq: Type.Integer({ minimum: 0 }) }),
  actor: strictObject({ kind: stringEnum(ACTOR_KINDS), pseudonym: Type.String({ minLength: 1, maxLength: 128 }) }),
  /** Entry ids only. */
  refs: strictObject({
    intent: Type.Optional(EntryId),
    decision: Type.Optional(EntryId),
    approvals: Type.Optional(Type.Array(EntryId)),
    evidence: Type.Optional(Type.Array(EntryId)),
    session: Type.Optional(EntryId),
  }),
  /** Small and public; names no person or entity. */
  facts: recordOf(64, Type.Union([Type.String({ maxLength: 512 }), Type.Number(), Type.Boolean(), Type.Null()])),
  /** field → SHA-256(32-byte salt ‖ JCS(value)); the salts are in the encrypted payload. */
  commitments: recordOf(64, Sha256Hex),
  payload: Type.Array(PayloadPart),
});
export type LedgerEntry = Static<typeof LedgerEntry>;

/** One committed field, opened: anyone can recompute its commitment. */
export const Disclosure = strictObject({ salt: Type.String(), value: Type.Unknown() });
export type Disclosure = Static<typeof Disclosure>;

/** An entry with its place in the log. `proof` is the RFC 6962 inclusion path, base64 hashes, to the bundle's checkpoint. */
export const BundleEntry = strictObject({
  index: Type.Integer({ minimum: 0 }),
  entry: LedgerEntry,
  proof: Type.Array(Type.String()),
  disclosed: Type.Optional(Type.Record(Type.String(), Disclosure)),
});
export type BundleEntry = Static<typeof BundleEntry>;

/** Bundle v1: one RFC 8785 document; any byte that differs from that form fails. A key inside a bundle is never trust. */
export const Bundle = strictObject({
  v: Type.Literal(1),
  /** C2SP checkpoint as a signed note, with all signatures known at export. */
  checkpoint: Type.String(),
  entries: Type.Array(BundleEntry),
  /** Proofs from checkpoints kept outside, or asked for with `--since`, to this one. */
  consistency: Type.Array(strictObject({ from: Type.String(), proof: Type.Array(Type.String()) })),
  /** Said of an export of the whole log, which is then held to it: every entry under the checkpoint. */
  complete: Type.Optional(Type.Literal(true)),
  /** Of the whole of a pruned log: entries below are gone under its retention policy, save those that what is left rests on. */
  minimum_index: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type Bundle = Static<typeof Bundle>;

/** Trust file: whom the verifier believes. `policy` is a C2SP tlog policy (log keys, witnesses, quorum). */
export const TrustFile = strictObject({ v: Type.Literal(1), policy: Type.String() });
export type TrustFile = Static<typeof TrustFile>;

export const VERDICT_VALUES = ['pass', 'fail', 'not_checked'] as const;
const VerdictValue = stringEnum(VERDICT_VALUES);
export const VerifyReport = strictObject({
  ok: Type.Boolean(),
  verdicts: strictObject({
    bytes: VerdictValue,
    inclusion: VerdictValue,
    consistency: VerdictValue,
    witnessed: VerdictValue,
    signer: VerdictValue,
    session: VerdictValue,
    replay: VerdictValue,
  }),
  faults: Type.Array(strictObject({ code: Type.String(), where: Type.String(), message: Type.String() })),
  /** Entries that the bundle holds, of those that its checkpoint covers. Absent when either cannot be read. */
  covered: Type.Optional(strictObject({ entries: Type.Integer({ minimum: 0 }), size: Type.Integer({ minimum: 0 }) })),
});
export type VerifyReport = Static<typeof VerifyReport>;
