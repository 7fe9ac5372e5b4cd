import { type Bundle, type BundleEntry, canonicalBytes, type Disclosure, type LedgerEntry } from '@dmitry/contracts';
import type { Database } from '@dmitry/storage';
import type { CheckpointKeeper } from '../checkpoint-keeper.port.ts';
import { referencesOf } from '../entry/references.ts';
import { ledgerFault } from '../ledger.errors.ts';
import type { Ledger, LedgerQuery, StoredEntry } from '../ledger.port.ts';
import type { LogReader, SignedCheckpoint } from '../log.port.ts';
import { encodeBase64 } from '../note/base64.ts';
import { parseCheckpoint } from '../note/checkpoint.ts';
import { quorumHolds } from '../note/evaluate-policy.ts';
import type { TlogPolicy } from '../note/tlog-policy.ts';
import { TileTree } from '../tiles/tile-tree.ts';

/** The log of one tenant, and its rows. */
export interface BundleSource {
  readonly tenant: string;
  readonly reader: LogReader;
  readonly ledger: Ledger;
  readonly database: Database;
  /** Checkpoints kept outside the database: the bundle proves that it leads on from the log's. */
  readonly keeper?: CheckpointKeeper;
}

/**
 * What the bundle is about. Except for `all`, whole sessions come along, and the entries that these refer to with their sessions: an
 * action comes with its decision, approvals and evidence.
 */
export type BundleSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'finding' | 'session' | 'run' | 'request'; readonly id: string }
  | { readonly kind: 'entries'; readonly ids: readonly string[] };

export interface ExportOptions {
  /** Checkpoints (signed notes) of this log to which consistency is to be proven. */
  readonly since?: readonly string[];
  /**
   * The newest checkpoint that meets this policy's quorum instead of the newest of all, which witnesses may not have seen yet.
   * `ledger.proof_pending` when none of the last hundred does.
   */
  readonly witnessed?: TlogPolicy;
  /** Committed fields to open, with their salts: names, or all. What was erased stays closed. @default none */
  readonly disclose?: readonly string[] | 'all';
  /** How many entries it may hold: all of them are in memory, and an export is one piece of work. @default no limit */
  readonly maxEntries?: number;
}

const PAGE = 1_000;

/**
 * The bytes of a Bundle v1: entries with inclusion proofs to the newest signed checkpoint, and consistency proofs.
 * @throws DmitryError `ledger.proof_pending` while the checkpoint does not cover what is asked for (retry in about a second),
 * `ledger.checkpoint_invalid` or `ledger.proof_invalid` for a `since` that this log never was, `ledger.entry_unknown` when nothing of
 * this tenant is selected, `ledger.bundle_too_large` above `maxEntries`, `ledger.entries_missing` when the log does not hold what its checkpoint covers
 */
export async function exportBundle(
  source: BundleSource,
  selection: BundleSelection,
  options: ExportOptions = {},
): Promise<Uint8Array> {
  // In this order: a checkpoint is published before it is kept, so the kept one is never the newer.
  const kept = await source.keeper?.last(source.reader.origin);
  const checkpoint = await chooseCheckpoint(source.reader, options.witnessed);
  const tree = new TileTree(source.reader, checkpoint.size);
  const minimumIndex = (await source.reader.minimumIndex?.()) ?? 0;
  const { maxEntries } = options;
  const stored = await select(source, selection, { ...checkpoint, minimumIndex, maxEntries });
  const entries: BundleEntry[] = [];
  for (const one of stored) entries.push(await bundleEntry(source, tree, one, options.disclose ?? []));
  const known = [...(options.since ?? []), ...keptNotes(kept ?? null, checkpoint, options)];
  const consistency = await consistencyFrom(known, tree, checkpoint);
  const bundle: Bundle = {
    v: 1,
    checkpoint: checkpoint.note,
    entries,
    consistency,
    ...claims(selection, minimumIndex),
  };
  return canonicalBytes(bundle);
}

/** What the bundle says of what it covers, and is held to. */
const claims = ({ kind }: BundleSelection, minimumIndex: number): Pick<Bundle, 'complete' | 'minimum_index'> =>
  kind !== 'all' ? {} : { complete: true, ...(minimumIndex > 0 && { minimum_index: minimumIndex }) };

/** A kept checkpoint that witnesses have not seen yet says nothing about an earlier one that they have. */
const keptNotes = (
  kept: SignedCheckpoint | null,
  { size }: SignedCheckpoint,
  { witnessed }: ExportOptions,
): string[] => (kept && !(witnessed && kept.size > size) ? [kept.note] : []);

/** Checkpoints in which one with enough cosignatures is looked for. */
const LOOK_BACK = 100;

async function chooseCheckpoint(reader: LogReader, policy?: TlogPolicy): Promise<SignedCheckpoint> {
  const newest = await reader.checkpoint();
  if (!newest) throw pending(reader.origin, 'nothing is signed yet');
  if (!policy || quorumHolds(policy.quorum, newest.note)) return newest;
  const cosigned = (await reader.checkpoints(LOOK_BACK)).findLast(({ note }) => quorumHolds(policy.quorum, note));
  if (!cosigned) throw pending(reader.origin, 'no checkpoint is cosigned by enough witnesses');
  return cosigned;
}

const pending = (what: string, why: string) =>
  ledgerFault('ledger.proof_pending', `no proof for ${what} yet: ${why}; try again in about a second`, {
    retryable: true,
    severity: 'info',
  });

type Placed = StoredEntry & { readonly index: number };

interface Covered extends SignedCheckpoint {
  readonly minimumIndex: number;
  readonly maxEntries: number | undefined;
}

async function select(
  source: BundleSource,
  selection: BundleSelection,
  { size, minimumIndex, maxEntries }: Covered,
): Promise<Placed[]> {
  if (selection.kind === 'all') refuseTooLarge(size - minimumIndex, maxEntries);
  const found = new Map<string, StoredEntry>();
  const keep = (entries: readonly StoredEntry[]) =>
    entries.filter(({ entry }) => !found.has(entry.id)).map((one) => (found.set(one.entry.id, one), one));
  let fresh = keep(await listAll(source, queryOf(selection)));
  while (selection.kind !== 'all' && fresh.length > 0) {
    refuseTooLarge(found.size, maxEntries);
    fresh = keep(await related(source, fresh, found));
  }
  if (selection.kind !== 'all' && found.size === 0) throw nothingSelected(selection.kind);
  const covered = [...found.values()].filter((one): one is Placed => one.index !== null && one.index < size);
  if (selection.kind !== 'all' && covered.length < found.size)
    throw pending(`${found.size - covered.length} of ${found.size} entries`, `the newest checkpoint covers ${size}`);
  const missing = size - minimumIndex - covered.filter(({ index }) => index >= minimumIndex).length;
  if (selection.kind === 'all' && missing > 0) throw entriesMissing(missing, size);
  return covered.sort((a, b) => a.index - b.index);
}

function refuseTooLarge(entries: number, maxEntries: number | undefined): void {
  if (maxEntries === undefined || entries <= maxEntries) return;
  throw ledgerFault(
    'ledger.bundle_too_large',
    `the selection has ${entries} entries or more and a bundle at most ${maxEntries}: select a session, run or finding, or export the log with \`dmitry ledger export --tiles\``,
    { severity: 'info' },
  );
}

const nothingSelected = (kind: string) =>
  ledgerFault('ledger.entry_unknown', `no entry of this tenant belongs to that ${kind}`, { severity: 'info' });

const entriesMissing = (missing: number, size: number) =>
  ledgerFault(
    'ledger.entries_missing',
    `${missing} of the ${size} entries under the signed checkpoint are not in the database: they were deleted, or it is an old one`,
  );

function queryOf(selection: BundleSelection): LedgerQuery {
  switch (selection.kind) {
    case 'all':
      return {};
    case 'entries':
      return { ids: selection.ids };
    default:
      return { [selection.kind]: selection.id };
  }
}

/** The rest of the sessions of these entries, and what they refer to. */
async function related(
  source: BundleSource,
  entries: readonly StoredEntry[],
  found: ReadonlyMap<string, StoredEntry>,
): Promise<StoredEntry[]> {
  const sessions = new Set(entries.map(({ entry }) => entry.session.id));
  const ids = new Set(entries.flatMap(({ entry }) => referencesOf(entry)).filter((id) => !found.has(id)));
  const pages = [...sessions].map((session): LedgerQuery => ({ session }));
  if (ids.size > 0) pages.push({ ids: [...ids] });
  const answers: StoredEntry[] = [];
  for (const query of pages) answers.push(...(await listAll(source, query)));
  return answers;
}

async function listAll({ database, tenant, ledger }: BundleSource, query: LedgerQuery): Promise<StoredEntry[]> {
  const all: StoredEntry[] = [];
  for (;;) {
    const after = all.at(-1)?.entry.id;
    const page = await database.tenant(
      tenant,
      (tx) => ledger.list(tx, { ...query, limit: PAGE, ...(after !== undefined && { after }) }),
      { readOnly: true },
    );
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

async function bundleEntry(
  source: BundleSource,
  tree: TileTree,
  { entry, index }: Placed,
  disclose: readonly string[] | 'all',
): Promise<BundleEntry> {
  const proof = (await tree.inclusionProof(index)).map(encodeBase64);
  const disclosed = await disclosedOf(source, entry, disclose);
  return { index, entry, proof, ...(Object.keys(disclosed).length > 0 && { disclosed }) };
}

async function disclosedOf(
  { database, tenant, ledger }: BundleSource,
  entry: LedgerEntry,
  disclose: readonly string[] | 'all',
): Promise<Record<string, Disclosure>> {
  const wanted = Object.keys(entry.commitments).filter((field) => disclose === 'all' || disclose.includes(field));
  if (wanted.length === 0) return {};
  const revealed = await database.tenant(tenant, (tx) => ledger.reveal(tx, entry.id), { readOnly: true });
  const fields = Object.entries(revealed?.committed ?? {}).filter(([field]) => wanted.includes(field));
  return Object.fromEntries(fields);
}

async function consistencyFrom(
  notes: readonly string[],
  tree: TileTree,
  checkpoint: SignedCheckpoint,
): Promise<Bundle['consistency']> {
  const proofs: Bundle['consistency'] = [];
  for (const from of new Set(notes)) proofs.push({ from, proof: await consistencyTo(tree, from, checkpoint) });
  return proofs;
}

async function consistencyTo(tree: TileTree, note: string, { origin }: SignedCheckpoint): Promise<string[]> {
  const from = parseCheckpoint(note);
  if (from.origin !== origin)
    throw ledgerFault('ledger.checkpoint_invalid', `a checkpoint of ${from.origin} says nothing about ${origin}`, {
      severity: 'warn',
    });
  return (await tree.consistencyProof(from.size)).map(encodeBase64);
}
