import {
  actionDigest,
  type CatalogueEntry,
  type Confidence,
  type DecisionReason,
  type PolicyRef,
  type Verdict,
} from '@dmitry/contracts';
import { withinLimits } from './action-checks.policy.ts';
import { type ApprovalDemand, type CountedApprovals, countApprovals } from './approval.policy.ts';
import { reachOf } from './blast-radius.policy.ts';
import { confidenceOf, isConfidence } from './confidence.policy.ts';
import { countEvidence, type CountedEvidence, MAX_REFERENCES } from './evidence.policy.ts';
import { type GatePolicy, policyRef } from './gate-policy.schema.ts';
import { empty, finite, type JudgeInput, type Judgement } from './judgement.ts';
import { reason } from './reasons.ts';

/** One well-formed action under one policy: the facts that several rules look at. */
export class JudgedAction {
  private readonly evidence: CountedEvidence;
  private readonly confidence: Confidence;
  private readonly reach: ReturnType<typeof reachOf>;
  private readonly digest: string;
  private readonly ref: PolicyRef;

  constructor(
    private readonly input: JudgeInput,
    private readonly policy: GatePolicy,
    private readonly entry: CatalogueEntry,
  ) {
    this.ref = policyRef(policy);
    this.digest = actionDigest(input.tenant, input.action);
    const refs = input.evidence.slice(0, MAX_REFERENCES);
    this.evidence = countEvidence(refs, input.resolved, {
      policy,
      impact: entry.impact,
      nowMs: input.nowMs,
      target: input.action.target,
      linked: input.linked ?? [],
    });
    this.confidence = confidenceOf(finite(input.confidence), this.evidence.counted.length, policy);
    this.reach = reachOf(entry, input.reach, policy);
  }

  verdict(): Judgement {
    if (this.input.halted)
      return this.answer('DEFER', [
        reason('gate.halted', 'Actions are halted for this tenant; ask again after `resume`.'),
      ]);
    const denials = [...this.requestFaults(), ...this.budgetFaults()];
    if (denials.length > 0) return this.answer('DENY', denials);
    const missing = this.evidenceFaults();
    if (missing.length > 0) return this.withoutEvidence(missing);
    const limited = withinLimits(this.input.action, this.policy);
    if (limited)
      return { ...this.answer('MODIFY', limited.reasons), needs: ['judgement_of_modified'], modified: limited.action };
    return this.needsPeople() ? this.withPeople() : this.allow(null);
  }

  private requestFaults(): DecisionReason[] {
    const faults: DecisionReason[] = [];
    if (!isConfidence(this.input.confidence))
      faults.push(reason('gate.confidence_out_of_range', `A confidence is a number between 0 and 1.`));
    if (this.input.evidence.length > MAX_REFERENCES)
      faults.push(reason('gate.too_many_references', `At most ${MAX_REFERENCES} references are read.`));
    const { reach } = this.input;
    if (reach !== null && !(Number.isInteger(reach) && reach >= 0))
      faults.push(reason('gate.blast_radius_invalid', 'The measured reach is not a count of entities.'));
    return faults;
  }

  private budgetFaults(): DecisionReason[] {
    const budget = this.policy.budgets[this.entry.impact];
    const used = this.input.budgetUsed;
    if (used === null || !(used >= 0))
      return [reason('gate.budget_unknown', 'The budget could not be read; nothing is allowed without it.')];
    if (used < budget.max) return [];
    return [
      reason(
        'gate.budget_exceeded',
        `${used} of ${budget.max} ${this.entry.impact} effects in ${budget.window_ms} ms are taken; wait, or raise the budget by policy.`,
      ),
    ];
  }

  private evidenceFaults(): DecisionReason[] {
    const { counted, sources } = this.evidence;
    const { min_evidence: min, min_confidence: floor, impact } = this.entry;
    const minSources = this.policy.evidence.min_sources[impact];
    const faults: DecisionReason[] = [];
    if (counted.length < min)
      faults.push(reason('gate.insufficient_evidence', `Insufficient evidence: ${counted.length} < ${min}`));
    if (sources < minSources)
      faults.push(reason('gate.insufficient_sources', `Evidence of ${sources} sources; ${minSources} are needed.`));
    if (!(this.confidence.effective >= floor))
      faults.push(
        reason('gate.insufficient_confidence', `Confidence too low: ${this.confidence.effective} < ${floor}`),
      );
    return faults;
  }

  /** Too little evidence because a source was down is not a no: it is a not yet. */
  private withoutEvidence(faults: readonly DecisionReason[]): Judgement {
    const down = this.input.unavailable;
    const claimTooLow = isConfidence(this.input.confidence) && this.input.confidence < this.entry.min_confidence;
    if (down.length === 0 || claimTooLow) return { ...this.answer('DENY', faults), needs: ['evidence'] };
    const why = reason(
      'gate.evidence_unavailable',
      `Sources did not answer: ${down.slice(0, 8).join(', ')}. Gather the evidence again later.`,
    );
    return { ...this.answer('DEFER', [why, ...faults]), needs: ['evidence'] };
  }

  private needsPeople(): boolean {
    return this.entry.approval_required || !this.entry.auto_execute || this.reach.wider;
  }

  private withPeople(): Judgement {
    const terms = this.policy.approvals[this.entry.impact];
    const demand: ApprovalDemand = { quorum: terms.quorum, assurance: terms.assurance, ttlMs: terms.ttl_ms };
    const counted = countApprovals(this.input.approvalRefs, this.input.approvals, {
      actionDigest: this.digest,
      policyVersion: this.policy.version,
      requestedBy: this.input.requestedBy,
      nowMs: this.input.nowMs,
      demand,
    });
    if (counted.approvals.length > 0) return this.allow(counted);
    const why = reason(
      'gate.approval_required',
      `${demand.quorum} approval(s) with assurance ${demand.assurance} are needed.`,
    );
    return { ...this.answer('STEP_UP', [why, ...counted.rejected]), needs: ['approval'], approval: demand };
  }

  private allow(people: CountedApprovals | null): Judgement {
    const { impact } = this.entry;
    const until = this.input.nowMs + this.policy.allow_ttl_ms[impact];
    const expiresMs = Math.min(until, people?.expiresMs ?? until);
    const windowMs = this.policy.budgets[impact].window_ms;
    return {
      ...this.answer('ALLOW', [
        reason('gate.allowed', 'Evidence, confidence, budget and approvals are as the policy demands.'),
        ...(people?.rejected ?? []),
      ]),
      approvals: people?.approvals ?? [],
      votes: people?.votes ?? [],
      reservation: { impact, entities: this.reach.blastRadius.entities, windowMs, expiresMs },
      expiresMs,
    };
  }

  private answer(verdict: Verdict, reasons: readonly DecisionReason[]): Judgement {
    return {
      ...empty,
      verdict,
      reasons: [...reasons, ...this.evidence.rejected],
      actionDigest: this.digest,
      policy: this.ref,
      evidence: this.evidence.counted,
      confidence: this.confidence,
      blastRadius: this.reach.blastRadius,
    };
  }
}
