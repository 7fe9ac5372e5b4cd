import type { Approval, Decision, JudgedInputs, JudgedRequest } from '@dmitry/contracts';
import { decisionOf } from './decision-of.ts';
import type { GatePolicy } from './gate-policy.schema.ts';
import { MAX_REFERENCES } from './evidence.policy.ts';
import { judge, NO_DIGEST } from './judge.ts';
import type { JudgeInput } from './judgement.ts';
import type { GateRequest } from './safety-gate.port.ts';

/** A decision with everything that it depends on, as its ledger entry keeps it. */
export interface JudgedRecord {
  readonly decision: Decision;
  readonly request: JudgedRequest;
  readonly inputs: JudgedInputs;
  /** Null: none was loaded. */
  readonly policy: GatePolicy | 'invalid' | null;
}

/** JSON has no NaN: a number that is none is null, and is read back as NaN. */
const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What the gate was asked, in the form of the record. */
export const judgedRequestOf = (request: GateRequest): JudgedRequest => ({
  finding_id: request.findingId,
  confidence: numberOrNull(request.confidence),
  evidence: [...request.evidence],
  requested_by: request.requestedBy,
  approvals: [...(request.approvals ?? [])],
  unavailable: [...(request.unavailable ?? [])],
  reach: request.reach ?? null,
  ...(request.linked === undefined ? {} : { linked: [...request.linked] }),
});

/** What the gate looked up, in the form of the record: sorted, so that the same facts are the same bytes. */
export function judgedInputsOf(input: JudgeInput): JudgedInputs {
  return {
    v: 1,
    now_ms: numberOrNull(input.nowMs),
    halted: input.halted,
    budget_used: input.budgetUsed,
    evidence: [...input.resolved.values()]
      .map(({ timeMs, subjects, ...entry }) => ({
        ...entry,
        time_ms: timeMs,
        ...(subjects === undefined ? {} : { subjects: [...subjects] }),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    approvals: [...input.approvals.values()]
      .map(({ approval, usedBy }) => ({ approval: unsigned(approval), used_by: usedBy }))
      .sort((a, b) => (a.approval.id < b.approval.id ? -1 : 1)),
  };
}

const unsigned = (approval: Approval): Approval => ({
  ...approval,
  votes: approval.votes.map(({ signature: _checked, ...vote }) => vote),
});

/** What was asked, as the record has it. */
export const requestOfRecord = ({ decision, request }: JudgedRecord): GateRequest => ({
  tenant: decision.tenant_id,
  action: decision.action,
  findingId: request.finding_id,
  confidence: request.confidence ?? Number.NaN,
  evidence: request.evidence,
  requestedBy: request.requested_by,
  approvals: request.approvals,
  unavailable: request.unavailable,
  ...(request.reach === null ? {} : { reach: request.reach }),
  ...(request.linked === undefined ? {} : { linked: request.linked }),
});

/**
 * Judges once more from the record alone (promise P6): the same record gives the same decision, byte for byte. An action that JSON could
 * not carry has no digest and is not in the record as it was: its refusal is taken as it stands.
 */
export function judgeRecord(record: JudgedRecord): Decision {
  const { decision, request, inputs, policy } = record;
  if (decision.action_digest === NO_DIGEST) return decision;
  const asked = requestOfRecord(record);
  const nowMs = inputs.now_ms ?? Number.NaN;
  const judgement = judge({
    ...asked,
    resolved: new Map(inputs.evidence.map(({ time_ms: timeMs, ...entry }) => [entry.id, { ...entry, timeMs }])),
    unavailable: request.unavailable,
    approvalRefs: request.approvals.slice(0, MAX_REFERENCES),
    approvals: new Map(inputs.approvals.map((one) => [one.approval.id, { ...one, usedBy: one.used_by }])),
    budgetUsed: inputs.budget_used,
    reach: request.reach,
    halted: inputs.halted,
    policy,
    nowMs,
  });
  return { ...decisionOf(judgement, asked, nowMs), ...(decision.id === undefined ? {} : { id: decision.id }) };
}
