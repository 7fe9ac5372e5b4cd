import {
  canonicalBytes,
  type Disclosure,
  LedgerEntry,
  MAX_ENTRY_BYTES,
  type PayloadPart,
  parseWith,
} from '@dmitry/contracts';
import { type IdSource, isoTime } from '@dmitry/kit';
import { ledgerFault } from '../ledger.errors.ts';
import type { Actor, EntryDraft } from '../ledger.port.ts';
import { commitmentOf, SALT_BYTES } from './commitment.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** Where and when an entry is written. */
export interface EntryPlace {
  readonly id: string;
  readonly tenant: string;
  readonly timeMs: number;
  readonly session: { readonly id: string; readonly seq: number };
  readonly actor: Actor;
}

/** An entry and the exact bytes that become its leaf: nobody writes it again, so nobody can write it differently. */
export interface BuiltEntry {
  readonly entry: LedgerEntry;
  readonly bytes: Uint8Array;
}

/** Committed fields of an entry: what opens them, and what the entry shows of them. Both in the order of RFC 8785. */
export interface CommittedFields {
  readonly opened: Readonly<Record<string, Disclosure>>;
  readonly commitments: LedgerEntry['commitments'];
}

/** A fresh salt for each field, all of one entry drawn at once. */
export function commitFields(ids: IdSource, committed: EntryDraft['committed'] = {}): CommittedFields {
  const fields = Object.keys(committed)
    .filter((field) => committed[field] !== undefined)
    .toSorted();
  if (fields.length === 0) return { opened: {}, commitments: {} };
  const all = Buffer.from(ids.bytes(SALT_BYTES * fields.length));
  const salts = fields.map((_, n) => all.subarray(n * SALT_BYTES, (n + 1) * SALT_BYTES));
  return {
    opened: byField(fields, (field, n) => ({ salt: (salts[n] as Buffer).toString('base64'), value: committed[field] })),
    commitments: byField(fields, (field, n) => commitmentOf(salts[n] as Buffer, committed[field])),
  };
}

const byField = <T>(fields: readonly string[], of: (field: string, n: number) => T): Record<string, T> =>
  Object.fromEntries(fields.map((field, n) => [field, of(field, n)]));

/**
 * Entry v1 in its RFC 8785 form. Its members stand here in the order of that form, so that nothing has to be moved to write it.
 * @throws DmitryError `ledger.entry_invalid`, `ledger.entry_too_large`
 */
export function buildEntry(
  draft: EntryDraft,
  place: EntryPlace,
  pseudonyms: Pseudonyms,
  sealed: { readonly commitments: LedgerEntry['commitments']; readonly parts: readonly PayloadPart[] },
): BuiltEntry {
  const entry: LedgerEntry = {
    actor: pseudonyms.actor(draft.actor ?? place.actor),
    commitments: sealed.commitments,
    facts: withoutUndefined(draft.facts ?? {}),
    id: place.id,
    payload: [...sealed.parts],
    refs: withoutUndefined(draft.refs ?? {}),
    session: place.session,
    tenant: pseudonyms.tenant(place.tenant),
    time: isoTime(place.timeMs),
    type: draft.type,
    v: 1,
  };
  return { entry, bytes: entryBytes(entry) };
}

/** A copy: what the caller changes afterwards is not in the entry. */
function withoutUndefined<T extends object>(value: T): T {
  const copy = { ...value };
  for (const key in copy) if (copy[key] === undefined) delete copy[key];
  return copy;
}

/** The leaf of an entry. @throws DmitryError `ledger.entry_invalid`, `ledger.entry_too_large` */
export function entryBytes(entry: LedgerEntry): Uint8Array {
  const parsed = parseWith(LedgerEntry, entry);
  if (!parsed.ok) {
    const faults = parsed.faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
    throw ledgerFault('ledger.entry_invalid', `not an entry: ${faults}`);
  }
  const bytes = canonicalBytes(entry);
  if (bytes.length > MAX_ENTRY_BYTES)
    throw ledgerFault(
      'ledger.entry_too_large',
      `an entry has at most ${MAX_ENTRY_BYTES} bytes, this one ${bytes.length}: move what is large into the payload`,
    );
  return bytes;
}
