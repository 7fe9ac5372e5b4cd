import type { Tx } from '@dmitry/storage';
import type { AdviceStore, AskedQuestion, StoredAdvice } from '../core/index.ts';
import type { SealedValues } from './sealed.ts';

interface AdviceRow extends Record<string, unknown> {
  readonly incident: string;
  readonly revision: number;
  readonly finding: string;
  readonly decisions: string[];
  readonly at_ms: string;
  readonly key_id: string;
  readonly body: Uint8Array;
}

const place = (tx: Tx, incident: string, revision: number): string => `advices ${tx.tenant} ${incident} ${revision}`;

export class StoredAdvices implements AdviceStore {
  constructor(private readonly sealed: SealedValues) {}

  async put(tx: Tx, { incident, revision, finding, question, advice, decisions, atMs }: StoredAdvice): Promise<void> {
    const [sealed] = await this.sealed.seal(tx, [
      { value: { advice, question }, place: place(tx, incident, revision) },
    ]);
    await tx.query(
      `insert into advices (tenant, incident, revision, finding, decisions, at_ms, key_id, body)
       values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8) on conflict do nothing`,
      [tx.tenant, incident, revision, finding, JSON.stringify(decisions), atMs, sealed?.keyId, sealed?.body],
    );
  }

  async get(tx: Tx, incident: string): Promise<StoredAdvice | null> {
    const [row] = await tx.query<AdviceRow>(
      'select * from advices where incident = $1 order by revision desc limit 1',
      [incident],
    );
    return row ? this.#open(tx, row) : null;
  }

  async all(tx: Tx): Promise<readonly (StoredAdvice | null)[]> {
    const rows = await tx.query<AdviceRow>('select * from advices order by at_ms, incident, revision');
    const advices: (StoredAdvice | null)[] = [];
    for (const row of rows) advices.push(await this.#open(tx, row));
    return advices;
  }

  async #open(tx: Tx, row: AdviceRow): Promise<StoredAdvice | null> {
    const { incident, revision, finding, decisions } = row;
    const body = await this.sealed.open(tx, { keyId: row.key_id, body: row.body }, place(tx, incident, revision));
    if (body === null) return null;
    const { advice, question } = body as { readonly advice: unknown; readonly question: AskedQuestion };
    return { incident, revision, finding, question, advice, decisions, atMs: Number(row.at_ms) };
  }

  async claimAction(tx: Tx, finding: string, actionDigest: string): Promise<boolean> {
    const rows = await tx.query(
      'insert into advised_actions (tenant, finding, action_digest) values ($1, $2, $3) on conflict do nothing returning finding',
      [tx.tenant, finding, actionDigest],
    );
    return rows.length > 0;
  }

  async releaseAction(tx: Tx, finding: string, actionDigest: string): Promise<void> {
    await tx.query('delete from advised_actions where finding = $1 and action_digest = $2', [finding, actionDigest]);
  }
}
