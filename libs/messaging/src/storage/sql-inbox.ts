import type { Tx } from '@dmitry/storage';
import { type Metrics, silentMetrics } from '@dmitry/telemetry';
import type { Inbox, InboxMessage, InboxOutcome } from '../core/index.ts';

interface Stored extends Record<string, unknown> {
  readonly source: string;
  readonly id: string;
  readonly digest: string;
  readonly fresh: boolean;
}

interface ConflictRow extends Stored {
  readonly other_digest: string;
  readonly seen_at: Date;
}

// a second statement for what was there: its snapshot is newer than a concurrent accept that made ours a double
const INSERT = `
INSERT INTO inbox (tenant, source, id, digest)
SELECT $1, source, id, digest FROM unnest($2::text[], $3::text[], $4::text[]) AS given (source, id, digest)
ON CONFLICT (tenant, source, id) DO NOTHING
RETURNING source, id, digest, true AS fresh`;
const FIND = `
SELECT source, id, digest, false AS fresh
  FROM inbox JOIN unnest($2::text[], $3::text[]) AS given (source, id) USING (source, id) WHERE tenant = $1`;
const CONFLICT = `
INSERT INTO inbox_conflict (tenant, source, id, digest, other_digest)
SELECT $1, source, id, digest, other FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS given (source, id, digest, other)
ON CONFLICT DO NOTHING`;
const LIST = `
SELECT source, id, digest, other_digest, seen_at FROM inbox_conflict WHERE tenant = $1
 ORDER BY seen_at DESC, source, id, other_digest LIMIT $2`;

const identity = ({ source, id }: { source: string; id: string }): string => JSON.stringify([source, id]);
const columns = (messages: readonly InboxMessage[]): [string[], string[], string[]] => [
  messages.map(({ source }) => source),
  messages.map(({ id }) => id),
  messages.map(({ digest }) => digest),
];

/** @param metrics count what was known of messages, also where the transaction fails and comes again */
export function createInbox(metrics: Metrics = silentMetrics): Inbox {
  const counter = metrics.counter('messaging_inbox_messages_total', 'Messages by what the inbox knew of them', [
    'outcome',
  ]);
  const counted = async (tx: Tx, messages: readonly InboxMessage[]): Promise<InboxOutcome[]> => {
    const outcomes = await acceptAll(tx, messages);
    for (const outcome of outcomes) counter.add(1, { outcome });
    return outcomes;
  };
  return {
    async accept(tx, message) {
      const [outcome] = await counted(tx, [message]);
      return outcome ?? 'duplicate';
    },
    acceptAll: counted,
    async conflicts(tx, limit) {
      const rows = await tx.query<ConflictRow>(LIST, [tx.tenant, limit]);
      return rows.map(({ source, id, digest, other_digest: otherDigest, seen_at: seenAt }) => ({
        source,
        id,
        digest,
        otherDigest,
        seenAt,
      }));
    },
  };
}

async function acceptAll(tx: Tx, messages: readonly InboxMessage[]): Promise<InboxOutcome[]> {
  const first = new Map<string, InboxMessage>();
  for (const message of messages) if (!first.has(identity(message))) first.set(identity(message), message);
  const stored = await store(tx, first);
  const conflicts: InboxMessage[] = [];
  const outcomes = messages.map((message): InboxOutcome => {
    const known = stored.get(identity(message));
    if (known?.fresh && first.get(identity(message)) === message) return 'new';
    if (known?.digest === message.digest) return 'duplicate';
    conflicts.push(message);
    return 'conflict';
  });
  if (conflicts.length > 0) await keep(tx, conflicts, stored);
  return outcomes;
}

/** Writes what is new and reads what was there. */
async function store(tx: Tx, first: ReadonlyMap<string, InboxMessage>): Promise<Map<string, Stored>> {
  // in sorted order, so that two batches with the same ids wait for each other instead of deadlocking
  const sorted = [...first.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, message]) => message);
  const stored = new Map<string, Stored>();
  for (const row of await tx.query<Stored>(INSERT, [tx.tenant, ...columns(sorted)])) stored.set(identity(row), row);
  const old = sorted.filter((message) => !stored.has(identity(message)));
  if (old.length === 0) return stored;
  const [sources, ids] = columns(old);
  for (const row of await tx.query<Stored>(FIND, [tx.tenant, sources, ids])) stored.set(identity(row), row);
  return stored;
}

async function keep(tx: Tx, conflicts: readonly InboxMessage[], stored: ReadonlyMap<string, Stored>): Promise<void> {
  const [sources, ids, others] = columns(conflicts);
  const digests = conflicts.map((message) => stored.get(identity(message))?.digest ?? '');
  await tx.query(CONFLICT, [tx.tenant, sources, ids, digests, others]);
}
