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
}

const PAGE = 1_000;

/**
 * The bytes of a Bundle v1: entries with inclusion proofs to the newest signed checkpoint, and consistency proofs.
 * @throws DmitryError `ledger.proof_pending` while the checkpoint does not cover what is asked for (retry in about a second),
 * `ledger.checkpoint_invalid` or `ledger.proof_invalid` for a `since` that this log never was, `ledger.entry_unknown` when nothing of
 * this tenant is selected, `ledger.entries_missing` when the log does not hold what its checkpoint covers
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
  const stored = await select(source, selection, checkpoint);
  const entries: BundleEntry[] = [];
  for (const one of stored) entries.push(await bundleEntry(source, tree, one, options.disclose ?? []));
  const known = new Set([...(options.since ?? []), ...keptNotes(kept ?? null, checkpoint, options)]);
  const consistency: Bundle['consistency'] = [];
  for (const from of known) consistency.push({ from, proof: await consistencyTo(tree, from, checkpoint) });
  const whole = selection.kind === 'all' ? { complete: true as const } : {};
  const bundle: Bundle = { v: 1, checkpoint: checkpoint.note, entries, consistency, ...whole };
  return canonicalBytes(bundle);
}

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

async function select(source: BundleSource, selection: BundleSelection, { size }: SignedCheckpoint): Promise<Placed[]> {
  const found = new Map<string, StoredEntry>();
  const keep = (entries: readonly StoredEntry[]) =>
    entries.filter(({ entry }) => !found.has(entry.id)).map((one) => (found.set(one.entry.id, one), one));
  let fresh = keep(await listAll(source, queryOf(selection)));
  while (selection.kind !== 'all' && fresh.length > 0) fresh = keep(await related(source, fresh, found));
  if (selection.kind !== 'all' && found.size === 0) throw nothingSelected(selection.kind);
  const covered = [...found.values()].filter((one): one is Placed => one.index !== null && one.index < size);
  if (selection.kind !== 'all' && covered.length < found.size)
    throw pending(`${found.size - covered.length} of ${found.size} entries`, `the newest checkpoint covers ${size}`);
  if (selection.kind === 'all' && covered.length < size) throw entriesMissing(size - covered.length, size);
  return covered.sort((a, b) => a.index - b.index);
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

async function consistencyTo(tree: TileTree, note: string, { origin }: SignedCheckpoint): Promise<string[]> {
  const from = parseCheckpoint(note);
  if (from.origin !== origin)
    throw ledgerFault('ledger.checkpoint_invalid', `a checkpoint of ${from.origin} says nothing about ${origin}`, {
      severity: 'warn',
    });
  return (await tree.consistencyProof(from.size)).map(encodeBase64);
}
