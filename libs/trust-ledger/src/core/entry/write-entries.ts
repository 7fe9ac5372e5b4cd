import type { Clock, IdSource } from '@dmitry/kit';
import type { DataKey, DataKeys, Sealer, Tx } from '@dmitry/storage';
import type { WrittenEntry } from '../entry-store.port.ts';
import type { Actor, EntryDraft } from '../ledger.port.ts';
import { buildEntry, commitFields } from './build-entry.ts';
import { type SealedPart, sealPayload } from './entry-payload.ts';
import type { Pseudonyms } from './pseudonyms.ts';

export interface EntryWriterParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly pseudonyms: Pseudonyms;
  readonly dataKeys: DataKeys;
  readonly sealer: Sealer;
}

/** Which session writes, and from which number on. */
export interface SessionPlace {
  readonly id: string;
  readonly tenant: string;
  readonly actor: Actor;
  /** An entry of the session that this one goes on from: its first entry refers to it. */
  readonly continues?: string | undefined;
  readonly lookups?: EntryDraft['lookups'];
}

/** Makes entries of drafts: ids, times, numbers, commitments, encrypted parts. */
export async function writeEntries(
  parts: EntryWriterParts,
  tx: Tx,
  session: SessionPlace & { readonly firstSeq: number },
  drafts: readonly EntryDraft[],
): Promise<WrittenEntry[]> {
  const keys = new Map<string, DataKey>();
  const timeMs = parts.clock.now();
  const written: WrittenEntry[] = [];
  for (const [at, draft] of drafts.entries()) {
    const id = parts.ids.uuid();
    const { opened, commitments } = commitFields(parts.ids, draft.committed);
    const secrets = { committed: opened, payload: draft.payload };
    const sealed = hasSecrets(secrets) ? sealPayload(parts.sealer, await keyOf(draft.subject), id, secrets) : [];
    const seq = session.firstSeq + at;
    const place = { id, tenant: session.tenant, timeMs, session: { id: session.id, seq }, actor: session.actor };
    const refs = seq === 0 && session.continues ? { session: session.continues, ...draft.refs } : draft.refs;
    const built = buildEntry({ ...draft, refs: refs ?? {} }, place, parts.pseudonyms, {
      commitments,
      parts: partsOf(sealed),
    });
    written.push({ ...built, parts: sealed, lookups: { ...session.lookups, ...draft.lookups } });
  }
  return written;

  async function keyOf(subject = ''): Promise<DataKey> {
    const key = keys.get(subject) ?? (await parts.dataKeys.current(tx, subject === '' ? undefined : subject));
    keys.set(subject, key);
    return key;
  }
}

const hasSecrets = ({ committed, payload }: { readonly committed: object; readonly payload: unknown }): boolean =>
  payload !== undefined || Object.keys(committed).length > 0;

const partsOf = (sealed: readonly SealedPart[]) => sealed.map(({ part }) => part);
