import { bandFloor, type EntityRef, entityKey, type FindingEvidence, type FindingScore } from '@dmitry/contracts';
import { groupIncidents, type IncidentDraft } from '@dmitry/correlation';
import { isoTime } from '@dmitry/kit';
import { type EntityFacts, findingScoreOf, type ScoreInput, scoreFinding, withFacts } from '@dmitry/risk';
import type { Tx } from '@dmitry/storage';
import type { ClaimedJob } from '@dmitry/workflow';
import type { StoredFinding } from './finding-store.port.ts';
import { JOB_KINDS, patienceOf, type PipelineOptions } from './pipeline-options.ts';
import { findingRevised, incidentRevised } from './publish.ts';
import { wireIncident } from './read-model.ts';

/** Findings of one job attempt, and entities of each whose facts are read. */
const MAX_FINDINGS = 64;
const MAX_ENTITIES = 4;

type Facts = ReadonlyMap<string, EntityFacts>;

/** tx 2 of DESIGN.md 5: reads outside any transaction, then score, revision, incident, outbox and advise job in one. */
export class FindingEnricher {
  constructor(private readonly options: PipelineOptions) {}

  /** The handler of a tenant's `enrich` job. */
  async handle(job: ClaimedJob): Promise<void> {
    const batch = await this.options.database.tenant(job.tenant, (tx) => this.#next(tx, job));
    if (batch.length === 0) return;
    const facts = await this.#gather(job.tenant, batch);
    await this.options.killPoint?.('enrich.after-reads');
    await this.options.database.tenant(job.tenant, (tx) => this.#write(tx, job, batch, facts));
  }

  /** What is to be scored now; none while the tenant's events may still be coming. */
  async #next(tx: Tx, job: ClaimedJob): Promise<readonly StoredFinding[]> {
    const { findings, correlator, clock } = this.options;
    const { latenessMs, idleMs } = patienceOf(this.options);
    const pending = await findings.unscored(tx, MAX_FINDINGS);
    if (pending.length === 0) {
      await this.#regroup(tx);
      await job.complete(tx);
      return [];
    }
    const { watermarkMs, arrivedMs } = await correlator.watermark(tx);
    if (clock.now() - arrivedMs >= idleMs) return pending;
    const passed = pending.filter((finding) => Date.parse(finding.last_seen) <= watermarkMs - latenessMs);
    if (passed.length === 0) await job.reschedule(tx, arrivedMs + idleMs);
    return passed;
  }

  async #gather(tenant: string, batch: readonly StoredFinding[]): Promise<Facts> {
    const { ledger, clock, recorder, riskFacts } = this.options;
    const entities = new Map<string, EntityRef>();
    for (const finding of batch) for (const entity of aboutOf(finding)) entities.set(entityKey(entity), entity);
    const session = await ledger.openSession(tenant, { kind: 'system', name: 'enrich' });
    try {
      const deadlineMs = clock.now() + patienceOf(this.options).deadlineMs;
      const context = { tenant, recorder: recorder(session), deadlineMs };
      const { facts } = await riskFacts(context).gather([...entities.values()]);
      return new Map(facts.map((one) => [entityKey(one.entity), one]));
    } finally {
      await session.seal();
    }
  }

  async #write(tx: Tx, job: ClaimedJob, batch: readonly StoredFinding[], facts: Facts): Promise<void> {
    const { findings, outbox, clock } = this.options;
    for (const finding of batch) {
      const known = aboutOf(finding).flatMap((entity) => facts.get(entityKey(entity)) ?? []);
      await findings.writeScore(tx, finding, { score: scoreOf(finding, known), facts: known });
      const stored = await findings.get(tx, finding.id);
      if (stored) await outbox.enqueue(tx, findingRevised(stored));
    }
    await job.reschedule(tx, clock.now()); // looks for more, and groups once nothing is left
  }

  /** The analyst is asked once per incident revision, from band medium up. */
  async #regroup(tx: Tx): Promise<void> {
    const { findings, incidents, outbox, jobs, clock } = this.options;
    const tenant = tx.tenant ?? '';
    const drafts = groupIncidents(await findings.groupable(tx), { tenant });
    const changed = await incidents.replace(tx, drafts.map(incidentOf));
    for (const incident of changed) {
      await outbox.enqueue(tx, incidentRevised(wireIncident(incident)));
      if (incident.status === 'resolved' || incident.score < bandFloor('medium')) continue;
      await jobs.schedule(tx, JOB_KINDS.advise, incident.id, clock.now());
    }
  }
}

/** What a finding is about: its primary entity, then the first others. */
const aboutOf = (finding: StoredFinding): readonly EntityRef[] => {
  const all = finding.primary ? [finding.primary, ...finding.entities] : finding.entities;
  return [...new Map(all.map((entity) => [entityKey(entity), entity])).values()].slice(0, MAX_ENTITIES);
};

/** A finding's score: of itself, and of what is known of the entities that it is about. */
export const scoreOf = (
  finding: Pick<StoredFinding, 'id' | 'level' | 'count'> & {
    readonly techniques: readonly string[];
    readonly evidence: Pick<FindingEvidence, 'entry_id'>;
  },
  facts: readonly EntityFacts[],
): FindingScore => {
  const input: ScoreInput = {
    id: finding.id,
    level: finding.level,
    techniques: [...finding.techniques],
    count: finding.count,
    evidence: { severity: [finding.evidence.entry_id] },
  };
  return findingScoreOf(scoreFinding(withFacts(input, facts)));
};

export const incidentOf = (draft: IncidentDraft) => ({
  id: draft.id,
  tenant_id: draft.tenant,
  title: draft.title,
  score: draft.score,
  band: draft.band,
  entities: [...draft.entities],
  techniques: [...draft.techniques],
  findings: [...draft.findings],
  reason: [...draft.reason],
  first_seen: isoTime(draft.firstMs),
  last_seen: isoTime(draft.lastMs),
});
