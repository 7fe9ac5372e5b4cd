import { adviseFromRecord } from '@dmitry/analyst';
import {
  actionDigest,
  type Decision,
  digestOf,
  type RecordedAdvice,
  type RecordedAdviceResult,
  type RecordedDecision,
  type RecordedPolicy,
} from '@dmitry/contracts';
import {
  type GatePolicy,
  type JudgedRecord,
  judgeRecord,
  MAX_REFERENCES,
  parsePolicy,
  shownRef,
} from '@dmitry/safety-gate';
import { differences, type Divergence } from './divergence.ts';
import { recordingInvalid } from './recording.errors.ts';
import type { ReplayOptions } from './replay-recording.ts';

/** Asks the analyst again and has the gate judge again what it proposes now. */
export class ReplayedDecisions {
  readonly divergences: Divergence[] = [];
  readonly decisions: Decision[] = [];
  readonly #policies = new Map<string, GatePolicy>();
  /** Decision → the advice that led to it, as it came out now. */
  readonly #advised = new Map<string, RecordedAdviceResult>();

  constructor(
    private readonly tenant: string,
    private readonly options: ReplayOptions,
  ) {}

  policy({ digest, policy }: RecordedPolicy, line: number): void {
    const parsed = parsePolicy(policy);
    if (!parsed.ok) throw recordingInvalid(line, `not a policy: ${parsed.faults[0]?.message ?? ''}`);
    const got = digestOf(parsed.policy);
    if (got !== digest) this.divergences.push({ at: `policies/${digest}`, expected: digest, got });
    this.#policies.set(digest, parsed.policy);
  }

  async advice(recorded: RecordedAdvice): Promise<void> {
    const at = `advice/${recorded.incident}@${recorded.revision}`;
    const { advice, strays } = await adviseFromRecord(recorded, this.options);
    for (const { at: where, expected, got } of strays) this.divergences.push({ at: `${at}/${where}`, expected, got });
    this.divergences.push(...differences(`${at}/advice`, recorded.advice, advice));
    for (const id of recorded.decisions) this.#advised.set(id, advice);
  }

  decision(recorded: RecordedDecision, line: number): void {
    const { decision: expected } = recorded;
    const at = `decisions/${expected.id ?? expected.action_digest}`;
    const record = this.#asked(recorded, this.#policyOf(recorded, line));
    if (!record) {
      this.divergences.push({ at: `${at}/action_digest`, expected: expected.action_digest, got: null });
      return;
    }
    const decision = judgeRecord(record);
    this.decisions.push(decision);
    const found = this.options.policy
      ? differences(`${at}/verdict`, expected.verdict, decision.verdict)
      : differences(at, expected, decision);
    this.divergences.push(...found);
  }

  #policyOf({ policy }: RecordedDecision, line: number): JudgedRecord['policy'] {
    if (this.options.policy) return this.options.policy;
    if (policy === null || policy === 'invalid') return policy;
    const known = this.#policies.get(policy);
    if (!known) throw recordingInvalid(line, `the policy ${policy} is not in the recording`);
    return known;
  }

  /** What the gate is asked now: where advice led to the decision, what the advice proposes now. Null when it no longer does. */
  #asked(recorded: RecordedDecision, policy: JudgedRecord['policy']): JudgedRecord | null {
    const { decision, request } = recorded;
    const record = { decision, request, inputs: this.#inputsUnder(recorded, policy), policy };
    const advised = this.#advised.get(decision.id ?? '');
    if (!advised) return record;
    const proposal = advised.proposals.find(
      ({ action }) => actionDigest(this.tenant, action) === decision.action_digest,
    );
    if (!proposal) return null;
    const { action, confidence } = proposal;
    const evidence = proposal.evidence.slice(0, MAX_REFERENCES + 1).map(shownRef);
    const asked = { ...request, confidence, evidence, unavailable: advised.unavailable };
    return { ...record, decision: { ...decision, action }, request: asked };
  }

  /** Under another policy the approvals are taken as given under it: the question is what it would say, not that it is another. */
  #inputsUnder({ inputs }: RecordedDecision, policy: JudgedRecord['policy']): RecordedDecision['inputs'] {
    if (!this.options.policy || policy === null || policy === 'invalid') return inputs;
    const approvals = inputs.approvals.map((one) => ({
      ...one,
      approval: { ...one.approval, policy_version: policy.version },
    }));
    return { ...inputs, approvals };
  }
}
