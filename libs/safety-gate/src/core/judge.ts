import { actionDigest, type DecisionReason, type PolicyRef, type Verdict } from '@dmitry/contracts';
import { actionFaults } from './action-checks.policy.ts';
import { NO_POLICY, policyRef } from './gate-policy.schema.ts';
import { JudgedAction } from './judged-action.ts';
import { empty, finite, type JudgeInput, type Judgement } from './judgement.ts';
import { reason } from './reasons.ts';

/** A digest for what has none: an action that cannot be written canonically can never match it. */
export const NO_DIGEST = '0'.repeat(64);

/** The gate's verdict. Pure, total and fail-closed: whatever is missing, broken or unforeseen is a DENY that says why. */
export function judge(input: JudgeInput): Judgement {
  try {
    return judged(input);
  } catch {
    return refusal(input, 'DENY', [
      reason('gate.judge_failed', 'The request could not be judged; nothing is allowed. Report the request.'),
    ]);
  }
}

function judged(input: JudgeInput): Judgement {
  const { policy } = input;
  if (!policy)
    return refusal(input, 'DENY', [
      reason('gate.no_policy', 'No policy is loaded, so nothing is allowed; activate one.'),
    ]);
  if (policy === 'invalid')
    return refusal(input, 'DENY', [
      reason('gate.policy_invalid', 'The stored policy cannot be read, so nothing is allowed; activate it again.'),
    ]);
  if (!Number.isFinite(input.nowMs) || input.nowMs <= 0) {
    return refusal(input, 'DENY', [
      reason('gate.clock_invalid', 'The time of the decision is not known; check the clock.'),
    ]);
  }
  const entry = policy.catalogue.find((each) => each.action_type === input.action.action_type);
  const faults = actionFaults(input.action, entry, policy, input.requestedBy);
  if (!entry || faults.length > 0) return refusal(input, 'DENY', faults);
  return new JudgedAction(input, policy, entry).verdict();
}

function refusal(input: JudgeInput, verdict: Verdict, reasons: readonly DecisionReason[]): Judgement {
  return {
    ...empty,
    verdict,
    reasons,
    actionDigest: digestOrNone(input),
    policy: refOrNone(input.policy),
    evidence: [],
    confidence: {
      claimed: finite(input.confidence),
      supported: 0,
      effective: 0,
      formula: 'none',
    },
    blastRadius: { class: 'org_wide', entities: 0 }, // nothing is known of it: the worst is assumed
  };
}

function digestOrNone(input: JudgeInput): string {
  try {
    return actionDigest(input.tenant, input.action);
  } catch {
    return NO_DIGEST;
  }
}

function refOrNone(policy: JudgeInput['policy']): PolicyRef {
  try {
    return policy === null || policy === 'invalid' ? NO_POLICY : policyRef(policy);
  } catch {
    return NO_POLICY;
  }
}
