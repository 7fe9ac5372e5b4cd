import type { EntityRef, FindingEvidence, FindingScore, FindingStatus, Severity } from '@dmitry/contracts';
import type { EventRef, GroupableFinding } from '@dmitry/correlation';
import { isoTime } from '@dmitry/kit';
import type { EntityFacts } from '@dmitry/risk';
import type { Tx } from '@dmitry/storage';
import type { FindingQuery, FindingStore, FoundFinding, StoredFinding } from '../core/index.ts';

interface FindingRow extends Record<string, unknown> {
  readonly tenant: string;
  readonly id: string;
  readonly revision: number;
  readonly digest: string;
  readonly rule_id: string;
  readonly rule_title: string;
  readonly title: string;
  readonly description: string;
  readonly level: Severity;
  readonly severity: Severity;
  readonly status: FindingStatus;
  readonly techniques: string[];
  readonly tactics: string[];
  readonly entities: EntityRef[];
  readonly primary_entity: EntityRef | null;
  readonly count: number;
  readonly evidence: FindingEvidence;
  readonly score: FindingScore | null;
  readonly scored_revision: number;
  readonly incident_id: string | null;
  readonly first_ms: string;
  readonly last_ms: string;
  readonly facts: EntityFacts[] | null;
}

const findingOf = (row: FindingRow): StoredFinding => ({
  id: row.id,
  tenant_id: row.tenant,
  revision: row.revision,
  rule: { id: row.rule_id, title: row.rule_title },
  title: row.title,
  description: row.description,
  severity: row.severity,
  status: row.status,
  score: row.score,
  techniques: row.techniques,
  entities: row.entities,
  evidence: row.evidence,
  incident_id: row.incident_id,
  first_seen: isoTime(Number(row.first_ms)),
  last_seen: isoTime(Number(row.last_ms)),
  level: row.level,
  tactics: row.tactics,
  primary: row.primary_entity,
  count: row.count,
  digest: row.digest,
  scoredRevision: row.scored_revision,
  facts: row.facts ?? [],
});

const SEVERITY_ORDER = `array_position(array['critical','high','medium','low','informational'], severity)`;

export class StoredFindings implements FindingStore {
  async put(tx: Tx, found: readonly FoundFinding[]): Promise<readonly StoredFinding[]> {
    const changed: StoredFinding[] = [];
    for (const one of found) {
      const [row] = await tx.query<FindingRow>(PUT, parametersOf(tx, one));
      if (!row) continue;
      await putEvents(tx, one);
      changed.push(findingOf(row));
    }
    return changed;
  }

  async retract(tx: Tx, ids: readonly string[]): Promise<readonly StoredFinding[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<FindingRow>(
      `update findings set status = 'resolved', revision = revision + 1
       where id = any($1::text[]) and status <> 'resolved' returning *`,
      [ids],
    );
    return rows.map(findingOf);
  }

  async get(tx: Tx, id: string): Promise<StoredFinding | null> {
    const [row] = await tx.query<FindingRow>('select * from findings where id = $1', [id]);
    return row ? findingOf(row) : null;
  }

  async list(tx: Tx, query: FindingQuery): Promise<readonly StoredFinding[]> {
    const rows = await tx.query<FindingRow>(
      `select * from findings where ($1::text is null or status = $1) and ($2::text is null or severity = $2)
         and ($3::text is null or incident_id = $3)
         and ($4::text is null or (${SEVERITY_ORDER}, id) > (select ${SEVERITY_ORDER}, id from findings where id = $4))
       order by ${SEVERITY_ORDER}, id limit $5`,
      [query.status ?? null, query.severity ?? null, query.incident ?? null, query.after ?? null, query.limit],
    );
    return rows.map(findingOf);
  }

  async unscored(tx: Tx, limit: number): Promise<readonly StoredFinding[]> {
    const rows = await tx.query<FindingRow>(
      `select * from findings where scored_revision < revision and status <> 'resolved'
       order by first_ms, id limit $1 for update`,
      [limit],
    );
    return rows.map(findingOf);
  }

  async writeScore(
    tx: Tx,
    { id, revision }: { readonly id: string; readonly revision: number },
    { score, facts }: { readonly score: FindingScore; readonly facts: readonly EntityFacts[] },
  ): Promise<void> {
    await tx.query(
      `update findings set score = $3::jsonb, severity = $4, scored_revision = $2, facts = $5::jsonb
       where id = $1 and revision = $2`,
      [id, revision, JSON.stringify(score), score.band, JSON.stringify(facts)],
    );
  }

  async setStatus(tx: Tx, id: string, status: FindingStatus): Promise<boolean> {
    const rows = await tx.query('update findings set status = $2 where id = $1 returning id', [id, status]);
    return rows.length > 0;
  }

  async events(tx: Tx, id: string, limit: number): Promise<readonly EventRef[]> {
    const rows = await tx.query<{ source: string; id: string; time_ms: string; digest: string; index: number | null }>(
      'select source, id, time_ms, digest, index from finding_events where finding = $1 order by time_ms, source, id limit $2',
      [id, limit],
    );
    return rows.map((row) => ({
      source: row.source,
      id: row.id,
      timeMs: Number(row.time_ms),
      digest: row.digest,
      ...(row.index === null ? {} : { index: row.index }),
    }));
  }

  async groupable(tx: Tx): Promise<readonly GroupableFinding[]> {
    const rows = await tx.query<FindingRow>(
      `select * from findings where status not in ('resolved', 'false_positive') order by first_ms, id`,
    );
    return rows.map((row) => ({
      id: row.id,
      rule: { id: row.rule_id, title: row.rule_title },
      title: row.title,
      level: row.level,
      techniques: row.techniques,
      tactics: row.tactics,
      entities: row.entities,
      firstMs: Number(row.first_ms),
      lastMs: Number(row.last_ms),
      ...(row.score ? { score: row.score.score } : {}),
    }));
  }
}

// A finding whose digest is the same stays untouched: the statement then returns no row.
const PUT = `
  insert into findings (tenant, id, revision, digest, rule_id, rule_title, title, description, level, severity, status,
    techniques, tactics, entities, primary_entity, count, evidence, first_ms, last_ms)
  values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $8, 'open', $9::jsonb, $10::jsonb, $11::jsonb, $12::jsonb, $13, $14::jsonb, $15, $16)
  on conflict (tenant, id) do update set
    revision = findings.revision + 1, digest = excluded.digest, title = excluded.title, description = excluded.description,
    level = excluded.level, status = case when findings.status = 'resolved' then 'open' else findings.status end,
    techniques = excluded.techniques, tactics = excluded.tactics, entities = excluded.entities,
    primary_entity = excluded.primary_entity, count = excluded.count, evidence = excluded.evidence,
    first_ms = excluded.first_ms, last_ms = excluded.last_ms
  where findings.digest <> excluded.digest or findings.status = 'resolved'
  returning *`;

const parametersOf = (tx: Tx, one: FoundFinding): readonly unknown[] => [
  tx.tenant,
  one.id,
  one.digest,
  one.rule.id,
  one.rule.title,
  one.title,
  one.description,
  one.level,
  JSON.stringify(one.techniques),
  JSON.stringify(one.tactics),
  JSON.stringify(one.entities),
  one.primary ? JSON.stringify(one.primary) : null,
  one.count,
  JSON.stringify(one.evidence),
  one.firstMs,
  one.lastMs,
];

async function putEvents(tx: Tx, one: FoundFinding): Promise<void> {
  await tx.query(
    `insert into finding_events (tenant, finding, source, id, time_ms, digest, index)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::int[]) on conflict do nothing`,
    [
      tx.tenant,
      one.id,
      one.events.map((event) => event.source),
      one.events.map((event) => event.id),
      one.events.map((event) => event.timeMs),
      one.events.map((event) => event.digest),
      one.events.map((event) => event.index ?? null),
    ],
  );
}
