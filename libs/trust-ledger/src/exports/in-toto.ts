import { canonicalBytes, LedgerEntry, parseWith, sha256Hex, Sha256Hex, strictObject } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import { type Static, Type } from 'typebox';
import { type LogReader, proveEntry, type TlogPolicy, verifyTlogProof } from '../core/index.ts';
import { type DsseAnswer, type DsseEnvelope, signDsse, verifyDsse } from './dsse.ts';
import type { ExportKey, ExportSigner } from './export-signer.ts';

export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const LEDGER_ENTRY_PREDICATE = 'https://dmitry.dev/attestation/ledger-entry/v1';

/** An in-toto Statement v1 about one ledger entry: the subject is the entry's bytes, the predicate the entry and its place in the log. */
export const EntryStatement = strictObject({
  _type: Type.Literal('https://in-toto.io/Statement/v1'),
  subject: Type.Array(
    strictObject({ name: Type.String({ maxLength: 512 }), digest: strictObject({ sha256: Sha256Hex }) }),
    { minItems: 1, maxItems: 1 },
  ),
  predicateType: Type.Literal(LEDGER_ENTRY_PREDICATE),
  predicate: strictObject({
    entry: LedgerEntry,
    /** A C2SP tlog-proof file: place, path and checkpoint. */
    tlog_proof: Type.String(),
  }),
});
export type EntryStatement = Static<typeof EntryStatement>;

export function entryStatement(entry: LedgerEntry, tlogProof: string): EntryStatement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `ledger-entry:${entry.id}`, digest: { sha256: sha256Hex(canonicalBytes(entry)) } }],
    predicateType: LEDGER_ENTRY_PREDICATE,
    predicate: { entry, tlog_proof: tlogProof },
  };
}

/** The statement of an entry in a DSSE envelope. @throws DmitryError `ledger.proof_pending` while no checkpoint covers the entry */
export async function attestEntry(reader: LogReader, entry: LedgerEntry, signer: ExportSigner): Promise<DsseEnvelope> {
  const statement = entryStatement(entry, await proveEntry(reader, entry.id));
  return signDsse(IN_TOTO_PAYLOAD_TYPE, canonicalBytes(statement), signer);
}

export type AttestationFault =
  | Extract<DsseAnswer, { ok: false }>['fault']
  /** Signed, and no statement about a ledger entry. */
  | 'statement_invalid'
  /** The subject's digest is not the entry's. */
  | 'subject_mismatch'
  /** The entry is not in a log that the policy believes. */
  | 'not_in_log';

export type AttestationAnswer =
  | { readonly ok: true; readonly entry: LedgerEntry; readonly index: number }
  | { readonly ok: false; readonly fault: AttestationFault };

/** Verifies envelope, statement, subject and inclusion, offline. Whatever the value is, the answer is one too. */
export function verifyAttestation(
  envelope: unknown,
  trust: { readonly keys: readonly ExportKey[]; readonly policy: TlogPolicy },
): AttestationAnswer {
  const opened = verifyDsse(envelope, IN_TOTO_PAYLOAD_TYPE, trust.keys);
  if (!opened.ok) return opened;
  const statement = readStatement(opened.payload);
  if (!statement) return { ok: false, fault: 'statement_invalid' };
  const { entry, tlog_proof: proof } = statement.predicate;
  const bytes = canonicalBytes(entry);
  if (statement.subject[0]?.digest.sha256 !== sha256Hex(bytes)) return { ok: false, fault: 'subject_mismatch' };
  const index = indexOf(proof, bytes, trust.policy);
  return index === null ? { ok: false, fault: 'not_in_log' } : { ok: true, entry, index };
}

function readStatement(payload: Uint8Array): EntryStatement | null {
  try {
    const parsed = parseWith(EntryStatement, JSON.parse(Buffer.from(payload).toString('utf8')));
    return parsed.ok ? parsed.value : null;
  } catch {
    return null; // not JSON
  }
}

function indexOf(proof: string, entry: Uint8Array, policy: TlogPolicy): number | null {
  try {
    const answer = verifyTlogProof(proof, entry, policy);
    return answer.ok ? answer.index : null;
  } catch (error) {
    if (isDmitryError(error)) return null;
    throw error;
  }
}
