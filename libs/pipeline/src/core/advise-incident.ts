import type { Advice } from '@dmitry/analyst';
import { actionDigest, type AdviseRequest } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import type { ClaimedJob } from '@dmitry/workflow';
import { decideAndPlan } from './act.ts';
import type { StoredFinding, StoredIncident } from './finding-store.port.ts';
import { handEvidence, type ResolvedReferences } from './hand-evidence.ts';
import { adviceUnavailable } from './pipeline.errors.ts';
import { patienceOf, type PipelineOptions } from './pipeline-options.ts';

/** Findings of an incident whose evidence is handed to the analyst, and proposals of one answer that are judged. */
const MAX_FINDINGS = 16;
const MAX_PROPOSALS = 8;

interface Question {
  readonly evidence: ResolvedReferences;
  readonly incident: StoredIncident;
  readonly finding: StoredFinding;
  readonly request: AdviseRequest;
}

/** Asks the analyst about an incident and holds what it proposes to the gate (DESIGN.md 5, tx 3). */
export class IncidentAdvisor {
  constructor(private readonly options: PipelineOptions) {}

  /** The handler of `advise` jobs; the key is an incident. */
  async handle(job: ClaimedJob): Promise<void> {
    const { database, ledger, clock, recorder, analyst } = this.options;
    const question = await database.tenant(job.tenant, (tx) => this.#ask(tx, job));
    if (!question) return;
    const lookups = { finding: question.finding.id };
    const session = await ledger.openSession(job.tenant, { kind: 'analyst', name: 'analyst' }, { lookups });
    try {
      const deadlineMs = clock.now() + patienceOf(this.options).deadlineMs;
      const context = { tenant: job.tenant, recorder: recorder(session), deadlineMs };
      const answer = await analyst.advise({ request: question.request, ...question.evidence }, context);
      await this.options.killPoint?.('advise.after-answer');
      if (answer.kind === 'unavailable') throw adviceUnavailable(answer.code ?? 'llm.unavailable');
      await database.tenant(job.tenant, (tx) => this.#settle(tx, job, session, { ...question, advice: answer }));
    } finally {
      await session.seal();
    }
  }

  async #ask(tx: Tx, job: ClaimedJob): Promise<Question | null> {
    const { incidents, findings } = this.options;
    const incident = await incidents.get(tx, job.key);
    if (!incident || incident.status === 'resolved' || incident.advisedRevision >= incident.revision) {
      await job.complete(tx);
      return null;
    }
    const members: StoredFinding[] = [];
    for (const id of incident.findings.slice(0, MAX_FINDINGS)) {
      const finding = await findings.get(tx, id);
      if (finding) members.push(finding);
    }
    const [best] = members;
    if (!best) {
      await job.complete(tx);
      return null;
    }
    const request = requestOf(incident, best, members);
    const evidence = await handEvidence(this.options.ledger, tx, request.evidence_refs);
    return { incident, finding: best, request, evidence };
  }

  async #settle(
    tx: Tx,
    job: ClaimedJob,
    session: LedgerSession,
    said: Question & { readonly advice: Advice },
  ): Promise<void> {
    const { incident, finding, advice } = said;
    const decisions: string[] = [];
    for (const proposal of advice.proposals.slice(0, MAX_PROPOSALS)) {
      const digest = actionDigest(job.tenant, proposal.action);
      // a new revision never decides the same digest again
      if (!(await this.options.advices.claimAction(tx, finding.id, digest))) continue;
      const { decision } = await decideAndPlan(this.options, tx, session, {
        tenant: job.tenant,
        action: proposal.action,
        findingId: finding.id,
        confidence: proposal.confidence,
        evidence: proposal.evidence,
        requestedBy: 'analyst',
        unavailable: advice.unavailable,
      });
      if (decision.id) decisions.push(decision.id);
    }
    if (advice.refused.length > 0 || advice.warnings.length > 0) await this.#noteRefusals(tx, session, said);
    await this.options.advices.put(tx, {
      incident: incident.id,
      revision: incident.revision,
      finding: finding.id,
      question: { request: said.request, ...said.evidence },
      advice,
      decisions,
      atMs: this.options.clock.now(),
    });
    await this.options.incidents.writeAdvised(tx, incident.id, incident.revision);
    await job.complete(tx);
  }

  /** What the analyst said and was not taken stands in the ledger, with the reason. */
  async #noteRefusals(
    tx: Tx,
    session: LedgerSession,
    { finding, advice }: Question & { readonly advice: Advice },
  ): Promise<void> {
    const codes = [...new Set([advice.code ?? [], advice.refused.map((refused) => refused.code)].flat())].sort();
    await session.append(tx, [
      {
        type: 'decision',
        facts: {
          verdict: 'DENY',
          subject: 'advice',
          provider: advice.provider,
          refused: advice.refused.length,
          warnings: advice.warnings.length,
          codes: codes.join(' ').slice(0, 512),
        },
        committed: { finding: finding.id },
        payload: { refused: advice.refused, warnings: advice.warnings },
        lookups: { finding: finding.id },
      },
    ]);
  }
}

function requestOf(incident: StoredIncident, best: StoredFinding, members: readonly StoredFinding[]): AdviseRequest {
  const entity = best.primary ?? best.entities[0] ?? { type: 'service' as const, id: 'unknown' };
  const reads = members.flatMap((finding) => finding.score?.terms.flatMap((term) => term.evidence) ?? []);
  return {
    finding_id: best.id,
    tenant_id: best.tenant_id,
    entity: { type: entity.type, id: entity.id },
    severity: best.severity,
    risk_score: best.score?.score ?? incident.score,
    exposure_paths: [],
    evidence_refs: [...new Set([...members.map((finding) => finding.evidence.entry_id), ...reads])].slice(0, 256),
    policy_context: {
      incident_id: incident.id,
      title: best.title,
      rule: best.rule.id,
      techniques: best.techniques,
      entities: best.entities.slice(0, 16),
      reason: incident.reason,
    },
  };
}
