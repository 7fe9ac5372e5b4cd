import type { JobRunner } from '@dmitry/workflow';
import { ActionDesk } from './act.ts';
import { ApprovalDesk } from './approval-desk.ts';
import { ApproverDesk } from './approver-desk.ts';
import { IncidentAdvisor } from './advise-incident.ts';
import { Consultation } from './consult.ts';
import { EventConsumer } from './consume-events.ts';
import { DeadLetterDesk } from './dead-letter-desk.ts';
import { ErasureDesk } from './erasure-desk.ts';
import { FindingEnricher } from './enrich-findings.ts';
import { HaltDesk } from './halt-desk.ts';
import { Housekeeping } from './housekeeping.ts';
import { JudgeAgain } from './judge-again.ts';
import { JOB_KINDS, type PipelineOptions } from './pipeline-options.ts';
import { PolicyDesk } from './policy-desk.ts';
import { ProofDesk } from './proof-desk.ts';
import { exportRecording, type LineWriter } from './replay/export-recording.ts';
import { ReadModel } from './read-model.ts';
import { EventRecorder } from './record-events.ts';
import { RunDesk } from './run-desk.ts';
import { EventSubmitter } from './submit-events.ts';
import type { TenantRouting } from './tenant-routing.ts';

/** The use cases, made once. */
export interface Pipeline {
  readonly recorder: EventRecorder;
  readonly submissions: EventSubmitter;
  readonly deadLetters: DeadLetterDesk;
  readonly actions: ActionDesk;
  readonly approvals: ApprovalDesk;
  readonly consultation: Consultation;
  readonly approvers: ApproverDesk;
  readonly policies: PolicyDesk;
  readonly runs: RunDesk;
  readonly erasures: ErasureDesk;
  readonly housekeeping: Housekeeping;
  readonly halts: HaltDesk;
  readonly reads: ReadModel;
  readonly proofs: ProofDesk;
  /** Writes everything that the findings, scores and decisions of a tenant depend on, for `dmitry replay`. */
  record(tenant: string, write: LineWriter): Promise<void>;
  /** A consumer group of input topics. */
  consumer(routing: TenantRouting, group: string): EventConsumer;
  /** Names who does the jobs of the kinds of `JOB_KINDS`; runs are the workflow's. */
  handleJobs(jobs: Pick<JobRunner, 'handle'>): void;
}

export const Pipeline = Symbol('Pipeline');

export function createPipeline(options: PipelineOptions): Pipeline {
  const recorder = new EventRecorder(options);
  const again = new JudgeAgain(options);
  const enricher = new FindingEnricher(options);
  const advisor = new IncidentAdvisor(options);
  return {
    recorder,
    submissions: new EventSubmitter(options, recorder),
    deadLetters: new DeadLetterDesk(options),
    approvals: new ApprovalDesk(options),
    actions: new ActionDesk(options),
    consultation: new Consultation(options),
    approvers: new ApproverDesk(options),
    policies: new PolicyDesk(options),
    runs: new RunDesk(options),
    erasures: new ErasureDesk(options),
    housekeeping: new Housekeeping(options),
    halts: new HaltDesk(options),
    reads: new ReadModel(options),
    proofs: new ProofDesk(options),
    record: (tenant, write) => exportRecording(options, tenant, write),
    consumer: (routing, group) => new EventConsumer(options, recorder, routing, group),
    handleJobs(jobs) {
      jobs.handle(JOB_KINDS.enrich, (job) => enricher.handle(job));
      jobs.handle(JOB_KINDS.advise, (job) => advisor.handle(job));
      jobs.handle(JOB_KINDS.judge, (job) => again.approved(job));
      jobs.handle(JOB_KINDS.deferred, (job) => again.deferred(job));
    },
  };
}
