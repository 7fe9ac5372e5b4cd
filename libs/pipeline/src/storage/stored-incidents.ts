import { digestOf, type EntityRef, type FindingStatus, type Incident, type Severity } from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import type { Tx } from '@dmitry/storage';
import type { IncidentStore, StoredIncident } from '../core/index.ts';

interface IncidentRow extends Record<string, unknown> {
  readonly tenant: string;
  readonly id: string;
  readonly revision: number;
  readonly digest: string;
  readonly title: string;
  readonly score: number;
  readonly band: Severity;
  readonly status: FindingStatus;
  readonly entities: EntityRef[];
  readonly techniques: string[];
  readonly findings: string[];
  readonly reason: string[];
  readonly first_ms: string;
  readonly last_ms: string;
  readonly advised_revision: number;
}

const incidentOf = (row: IncidentRow): StoredIncident => ({
  id: row.id,
  tenant_id: row.tenant,
  revision: row.revision,
  title: row.title,
  score: row.score,
  band: row.band,
  status: row.status,
  entities: row.entities,
  techniques: row.techniques,
  findings: row.findings,
  reason: row.reason,
  first_seen: isoTime(Number(row.first_ms)),
  last_seen: isoTime(Number(row.last_ms)),
  advisedRevision: row.advised_revision,
});

type Draft = Omit<Incident, 'revision' | 'status'>;

export class StoredIncidents implements IncidentStore {
  async replace(tx: Tx, drafts: readonly Draft[]): Promise<readonly StoredIncident[]> {
    const changed: IncidentRow[] = [];
    for (const draft of [...drafts].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const rows = await tx.query<IncidentRow>(PUT, parametersOf(tx, draft));
      changed.push(...rows);
      if (rows.length > 0)
        await tx.query('update findings set incident_id = $1 where id = any($2::text[])', [draft.id, draft.findings]);
    }
    const gone = await tx.query<IncidentRow>(
      `update incidents set status = 'resolved', revision = revision + 1, digest = ''
       where status <> 'resolved' and not (id = any($1::text[])) returning *`,
      [drafts.map((draft) => draft.id)],
    );
    return [...changed, ...gone].map(incidentOf);
  }

  async get(tx: Tx, id: string): Promise<StoredIncident | null> {
    const [row] = await tx.query<IncidentRow>('select * from incidents where id = $1', [id]);
    return row ? incidentOf(row) : null;
  }

  async list(
    tx: Tx,
    query: { readonly limit: number; readonly status?: FindingStatus },
  ): Promise<readonly StoredIncident[]> {
    const rows = await tx.query<IncidentRow>(
      'select * from incidents where ($1::text is null or status = $1) order by score desc, first_ms, id limit $2',
      [query.status ?? null, query.limit],
    );
    return rows.map(incidentOf);
  }

  async writeAdvised(tx: Tx, id: string, revision: number): Promise<void> {
    await tx.query('update incidents set advised_revision = greatest(advised_revision, $2) where id = $1', [
      id,
      revision,
    ]);
  }
}

const PUT = `
  insert into incidents (tenant, id, revision, digest, title, score, band, status, entities, techniques, findings, reason, first_ms, last_ms)
  values ($1, $2, 1, $3, $4, $5, $6, 'open', $7::jsonb, $8::jsonb, $9::jsonb, $10::jsonb, $11, $12)
  on conflict (tenant, id) do update set
    revision = incidents.revision + 1, digest = excluded.digest, title = excluded.title, score = excluded.score, band = excluded.band,
    status = case when incidents.status = 'resolved' then 'open' else incidents.status end,
    entities = excluded.entities, techniques = excluded.techniques, findings = excluded.findings, reason = excluded.reason,
    first_ms = excluded.first_ms, last_ms = excluded.last_ms
  where incidents.digest <> excluded.digest
  returning *`;

const parametersOf = (tx: Tx, draft: Draft): readonly unknown[] => [
  tx.tenant,
  draft.id,
  digestOf(draft),
  draft.title,
  draft.score,
  draft.band,
  JSON.stringify(draft.entities),
  JSON.stringify(draft.techniques),
  JSON.stringify(draft.findings),
  JSON.stringify(draft.reason),
  Date.parse(draft.first_seen),
  Date.parse(draft.last_seen),
];
