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

/** A fresh salt for each field, all of one entry drawn at once. */
export function discloseWithSalts(ids: IdSource, committed: EntryDraft['committed'] = {}): Record<string, Disclosure> {
  const fields = Object.entries(committed).filter(([, value]) => value !== undefined);
  if (fields.length === 0) return {};
  const salts = Buffer.from(ids.bytes(SALT_BYTES * fields.length));
  return Object.fromEntries(
    fields.map(([field, value], n) => [
      field,
      { salt: salts.toString('base64', n * SALT_BYTES, (n + 1) * SALT_BYTES), value },
    ]),
  );
}

/** Entry v1 in its RFC 8785 form. @throws DmitryError `ledger.entry_invalid`, `ledger.entry_too_large` */
export function buildEntry(
  draft: EntryDraft,
  place: EntryPlace,
  pseudonyms: Pseudonyms,
  sealed: { readonly committed: Readonly<Record<string, Disclosure>>; readonly parts: readonly PayloadPart[] },
): BuiltEntry {
  const entry: LedgerEntry = {
    v: 1,
    id: place.id,
    tenant: pseudonyms.tenant(place.tenant),
    type: draft.type,
    time: isoTime(place.timeMs),
    session: place.session,
    actor: pseudonyms.actor(draft.actor ?? place.actor),
    refs: withoutUndefined(draft.refs ?? {}),
    facts: withoutUndefined(draft.facts ?? {}),
    commitments: Object.fromEntries(Object.entries(sealed.committed).map(([field, one]) => [field, commit(one)])),
    payload: [...sealed.parts],
  };
  return { entry, bytes: entryBytes(entry) };
}

const commit = ({ salt, value }: Disclosure): string => commitmentOf(Buffer.from(salt, 'base64'), value);

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

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
