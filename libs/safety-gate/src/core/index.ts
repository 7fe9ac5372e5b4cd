/** The door of @dmitry/safety-gate: catalogue, policy, the pure judgement, output validation and the ports of gate and approvals. */
export { CATALOGUE, impactAtLeast, resolveActionType } from './catalogue.ts';
export { CONFIDENCE_FORMULAS, GatePolicy, NO_POLICY, parsePolicy, policyRef } from './gate-policy.schema.ts';
export { builtinPolicy } from './builtin-policy.ts';
export { loosenedBy } from './policy-floor.policy.ts';
export { judge } from './judge.ts';
export { createDryRun } from './dry-run.ts';
export { DryRunAction, DryRunContext } from './dry-run.schema.ts';
export { decisionOf } from './decision-of.ts';
export { replayDecisions } from './replay-decisions.ts';
export { judgedInputsOf, judgedRequestOf, judgeRecord, requestOfRecord } from './judged-record.ts';
export type { JudgedRecord } from './judged-record.ts';
export type { JudgeInput, Judgement, ReservationDemand } from './judgement.ts';
export { REASON_CODES } from './reasons.ts';
export type { ReasonCode } from './reasons.ts';
export { countEvidence, MAX_REFERENCES, shownRef } from './evidence.policy.ts';
export type { CountedEvidence } from './evidence.policy.ts';
export { MAX_PARAMS_LENGTH } from './action-checks.policy.ts';
export { supportedConfidence } from './confidence.policy.ts';
export { assuranceAtLeast, countApprovals, countingVotes } from './approval.policy.ts';
export type { ApprovalDemand, ApprovalRecord } from './approval.policy.ts';
export { isPublicKey, statusAfter, verifyVoteSignature, VOTE_REFUSALS, voteRefusal } from './vote.policy.ts';
export type { VoteRefusal } from './vote.policy.ts';
export { approverKeyDraft, closedDraft, decisionDraft, haltDraft, policyDraft, voteDraft } from './gate-entries.ts';
export {
  approvalClosed,
  approvalNotFound,
  GATE_FAULTS,
  keyInvalid,
  policyInvalid,
  policyLoosens,
  policyVersionTaken,
  sessionMismatch,
} from './gate.errors.ts';
export type { GateFaultCode } from './gate.errors.ts';
export { MAX_PROPOSAL_LENGTH, parseProposals, supportedProposals } from './proposals.ts';
export type { ParsedProposals, Proposal, ProposalRemark, SupportedProposals } from './proposals.ts';
export { ProposalDocument, ProposedClaim, ProposedStep } from './proposal.schema.ts';
export { Approvals, ApproverKeys, Decisions, GatePolicies, HaltSwitch, SafetyGate } from './safety-gate.port.ts';
export type {
  Decided,
  DecisionQuery,
  DispatchAnswer,
  GateRequest,
  Halt,
  HaltChange,
  HaltState,
  RegisteredKey,
  SettledOutcome,
  VoteOutcome,
  VoteRequest,
} from './safety-gate.port.ts';
