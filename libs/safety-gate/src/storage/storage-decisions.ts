import { Decision, parseWith } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import type { DecisionQuery, Decisions } from '../core/index.ts';

/** Most decisions that one list holds. */
const MAX_LIST = 1_000;

export class StorageDecisions implements Decisions {
  async list(tx: Tx, { verdict, finding, after, limit = 100 }: DecisionQuery = {}): Promise<Decision[]> {
    const rows = await tx.query<{ body: string }>(
      `SELECT body FROM gate_decision WHERE tenant = $1 AND ($2::text IS NULL OR verdict = $2)
         AND ($3::text IS NULL OR finding_id = $3) AND ($4::text IS NULL OR id < $4)
       ORDER BY id DESC LIMIT $5`,
      [tx.tenant, verdict ?? null, finding ?? null, after ?? null, Math.min(Math.max(1, limit), MAX_LIST)],
    );
    return rows.map(({ body }) => decisionOf(body));
  }

  async get(tx: Tx, id: string): Promise<Decision | null> {
    const [row] = await tx.query<{ body: string }>('SELECT body FROM gate_decision WHERE tenant = $1 AND id = $2', [
      tx.tenant,
      id,
    ]);
    return row ? decisionOf(row.body) : null;
  }
}

/** Rows are ours; one that does not read as a decision was changed behind our back. */
function decisionOf(body: string): Decision {
  const parsed = parseWith(Decision, JSON.parse(body));
  if (!parsed.ok) throw new TypeError(`a stored decision is not one: ${parsed.faults[0]?.pointer ?? ''}`);
  return parsed.value;
}
