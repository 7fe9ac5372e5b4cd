import { fsck, type StoredEntry } from '@dmitry/trust-ledger';
import type { Subject } from './subject.ts';

/** What processes that were killed had said of one tenant. */
export interface Acknowledged {
  readonly entries: Set<string>;
  /** Every checkpoint that was ever seen. */
  readonly notes: string[];
}

export interface LedgerState {
  readonly entries: number;
  readonly dangling: number;
  readonly faults: readonly string[];
}

const PAGE = 1_000;

async function entriesOf({ database, ledger }: Subject, tenant: string): Promise<StoredEntry[]> {
  const all: StoredEntry[] = [];
  for (;;) {
    const after = all.at(-1)?.entry.id;
    const page = await database.tenant(tenant, (tx) => ledger.list(tx, { limit: PAGE, ...(after && { after }) }));
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/**
 * Looks at one tenant's log after kills: everything acknowledged is there and in the tree, the log passes fsck, every checkpoint that was
 * seen is the beginning of it, and the intents without an outcome are the ones that fsck reports.
 */
export async function examineLedger(subject: Subject, tenant: string, known: Acknowledged): Promise<LedgerState> {
  const entries = await entriesOf(subject, tenant);
  const faults: string[] = [];
  const present = new Map(entries.map(({ entry, index }) => [entry.id, index]));
  for (const id of known.entries) if (!present.has(id)) faults.push(`${tenant}: acknowledged and lost: ${id}`);
  const places = new Set(entries.map(({ index }) => index));
  if (places.has(null) || places.size !== entries.length)
    faults.push(`${tenant}: ${entries.length} entries have ${places.size} places`);
  const report = await fsck(subject.reader(tenant), { keys: [subject.signer(tenant).key], since: known.notes });
  faults.push(...report.faults.map(({ code, where, message }) => `${tenant}: ${code} at ${where}: ${message}`));
  if (report.entries !== entries.length)
    faults.push(`${tenant}: ${report.entries} entries in the tree of ${entries.length}`);
  faults.push(...danglingFaults(tenant, entries, new Set(report.dangling_intents)));
  return { entries: entries.length, dangling: report.dangling_intents.length, faults };
}

function danglingFaults(tenant: string, entries: readonly StoredEntry[], reported: ReadonlySet<string>): string[] {
  const answered = new Set(entries.flatMap(({ entry }) => (entry.type === 'outcome' ? (entry.refs.intent ?? []) : [])));
  const open = entries.filter(({ entry }) => entry.type === 'intent' && !answered.has(entry.id));
  const missed = open.filter(({ entry }) => !reported.has(entry.id)).map(({ entry }) => entry.id);
  return [
    ...missed.map((id) => `${tenant}: an intent without an outcome is not reported: ${id}`),
    ...(reported.size > open.length
      ? [`${tenant}: ${reported.size} intents are reported, ${open.length} are open`]
      : []),
  ];
}
