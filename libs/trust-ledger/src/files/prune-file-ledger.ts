import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerEntry } from '@dmitry/contracts';
import { createPseudonyms, leafHash, referencesOf } from '../core/index.ts';
import { writeDurably } from './durable-file.ts';
import { encodePruned, readRecords } from './entry-record.ts';
import { lockLedgerFolder } from './folder-lock.ts';
import { encodeFrame, readFrame } from './journal-frame.ts';
import { pruneTileFolder } from './prune-tiles.ts';

export interface PruneFileLedgerOptions {
  /** Of a ledger in files that is not open. */
  readonly folder: string;
  readonly deployment: string;
  readonly pseudonymKey: Uint8Array;
  readonly tenant: string;
  /** The new minimum index; it is lowered to the beginning of its tile. */
  readonly minimumIndex: number;
}

export interface PrunedFiles {
  readonly minimumIndex: number;
  /** Entries that were removed with their payloads. */
  readonly removed: number;
  /** Entries below the minimum that stay. */
  readonly kept: number;
}

/**
 * Removes the entries of a tenant below a minimum index, with their payloads, from journal and tiles, for good. In the journal the hash of the
 * leaf takes an entry's place; hash tiles stay, so no root and no proof changes. Sessions stay whole when they are open, hold an intent
 * without an outcome, reach up to the minimum, or hold what an entry that stays rests on. Each file is written whole or not at all: stopped
 * anywhere, it is done by running it again.
 * @throws DmitryError `ledger.prune_refused` for what no signed checkpoint covers · `ledger.folder_locked` while the ledger is open
 */
export async function pruneFileLedger(options: PruneFileLedgerOptions): Promise<PrunedFiles> {
  const unlock = lockLedgerFolder(options.folder);
  try {
    const { deployment, pseudonymKey, folder, tenant } = options;
    const pseudonym = createPseudonyms(deployment, pseudonymKey).tenant(tenant);
    const { minimumIndex } = await pruneTileFolder(join(folder, 'logs', pseudonym), options);
    return { minimumIndex, ...(await pruneJournal(join(folder, 'journal'), pseudonym, minimumIndex)) };
  } finally {
    unlock();
  }
}

async function pruneJournal(folder: string, pseudonym: string, minimumIndex: number) {
  const segments = (await readdir(folder)).filter((name) => name.endsWith('.journal')).toSorted();
  const paths = segments.map((name) => join(folder, name));
  const staying = new StayingSessions(pseudonym, minimumIndex);
  for (const path of paths) for (const record of recordsIn(await readFile(path))) staying.see(record);
  staying.close();
  let removed = 0;
  for (const path of paths) removed += await rewrite(path, staying);
  return { removed, kept: staying.below - removed };
}

interface SeenRecord {
  /** Null for one that was pruned before. */
  readonly entry: LedgerEntry | null;
  readonly tenant: string;
  readonly leaf: Buffer;
  readonly bytes: Buffer;
}

interface SeenFrame {
  readonly number: number;
  readonly records: readonly SeenRecord[];
}

/** The whole frames of a segment; a torn tail is for the next opening to cut. */
function* framesIn(content: Buffer): Generator<SeenFrame> {
  for (let frame = readFrame(content, 0); frame; frame = readFrame(content, frame.end)) {
    const body = content.subarray(frame.start, frame.end);
    const records = [...readRecords(body)].map(({ at, shape }): SeenRecord => {
      const leaf = body.subarray(at + shape.leafAt, at + shape.leafAt + shape.leafBytes);
      const entry = shape.pruned ? null : (JSON.parse(leaf.toString('utf8')) as LedgerEntry);
      const tenant = shape.pruned?.tenant ?? entry?.tenant ?? '';
      return { entry, tenant, leaf, bytes: body.subarray(at, at + shape.bytes) };
    });
    yield { number: frame.number, records };
  }
}

function* recordsIn(content: Buffer): Generator<SeenRecord> {
  for (const { records } of framesIn(content)) yield* records;
}

/** Which sessions of a tenant stay whole. */
class StayingSessions {
  /** Entries below the minimum that were there before. */
  below = 0;
  private next = 0;
  private readonly sessions = new Set<string>();
  private readonly open = new Set<string>();
  private readonly intents = new Map<string, string>();
  private readonly sessionOf = new Map<string, string>();
  private readonly references = new Map<string, Set<string>>();

  constructor(
    private readonly pseudonym: string,
    private readonly minimumIndex: number,
  ) {}

  see({ entry, tenant }: SeenRecord): void {
    if (tenant !== this.pseudonym) return;
    const index = this.next++;
    if (!entry) return;
    const { id, type, session } = entry;
    if (index < this.minimumIndex) this.below += 1;
    else this.sessions.add(session.id);
    if (type === 'seal') this.open.delete(session.id);
    else this.open.add(session.id);
    if (type === 'intent') this.intents.set(id, session.id);
    if (entry.refs.intent) this.intents.delete(entry.refs.intent);
    this.sessionOf.set(id, session.id);
    const named = this.references.get(session.id) ?? new Set();
    for (const reference of referencesOf(entry)) named.add(reference);
    this.references.set(session.id, named);
  }

  /** What is rested on stays, and what that rests on. */
  close(): void {
    const fresh = [...this.sessions, ...this.open, ...this.intents.values()];
    this.sessions.clear();
    for (let session = fresh.pop(); session !== undefined; session = fresh.pop()) {
      if (this.sessions.has(session)) continue;
      this.sessions.add(session);
      for (const id of this.references.get(session) ?? []) fresh.push(this.sessionOf.get(id) ?? id);
    }
  }

  /** A sealed session that reaches up to the minimum is among those that stay, so the session alone decides. */
  lets({ entry, tenant }: SeenRecord): boolean {
    return tenant === this.pseudonym && entry !== null && !this.sessions.has(entry.session.id);
  }
}

/** @returns how many entries went */
async function rewrite(path: string, staying: StayingSessions): Promise<number> {
  const frames = [...framesIn(await readFile(path))];
  const removed = frames.flatMap(({ records }) => records.filter((record) => staying.lets(record))).length;
  if (removed === 0) return 0;
  const pieces = (records: readonly SeenRecord[]) =>
    records.map((record) => (staying.lets(record) ? encodePruned(record.tenant, leafHash(record.leaf)) : record.bytes));
  await writeDurably(path, Buffer.concat(frames.map(({ number, records }) => encodeFrame(number, pieces(records)))));
  return removed;
}
