import { type ChatCitation, digestOf } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import type { Ledger, StoredEntry } from '@dmitry/trust-ledger';
import type { Static } from 'typebox';

type Citation = Static<typeof ChatCitation>;

/**
 * Citations as POST /chat shows them, by entry id: what was called, as hashes that the ledger committed to. An id that does not resolve
 * for the tenant of `tx` is not in the answer.
 */
export async function chatCitations(
  ledger: Pick<Ledger, 'list'>,
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, Citation>> {
  if (ids.length === 0) return new Map();
  const entries = await ledger.list(tx, { ids, limit: Math.min(ids.length, 1_000) });
  return new Map(entries.map((stored) => [stored.entry.id, citationOf(stored)]));
}

const STATUS: ReadonlyMap<unknown, Citation['status']> = new Map([
  ['success', 'success'],
  ['timeout', 'timeout'],
]);

/** The outcome of a call by what it committed to; any other entry (evidence) by the digest of its own RFC 8785 form. */
function citationOf({ entry }: StoredEntry): Citation {
  const { facts, commitments } = entry;
  if (entry.type !== 'outcome') {
    const digest = digestOf(entry);
    return {
      ...common(entry),
      endpoint: `ledger:${entry.type}`,
      args_hash: digest,
      response_hash: digest,
      status: 'success',
      latency_ms: 0,
    };
  }
  return {
    ...common(entry),
    endpoint: `${String(facts['service'])}:${String(facts['operation'])}`,
    args_hash: commitments['request_digest'] ?? '',
    response_hash: commitments['response_digest'] ?? '',
    status: STATUS.get(facts['status']) ?? 'error',
    latency_ms: typeof facts['latency_ms'] === 'number' ? Math.max(0, Math.round(facts['latency_ms'])) : 0,
  };
}

const common = (entry: StoredEntry['entry']) => ({ call_id: entry.id, timestamp: entry.time });
