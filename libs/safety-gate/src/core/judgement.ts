import type { Action, Confidence, Decision, DecisionReason, Impact, PolicyRef, Verdict } from '@dmitry/contracts';
import type { ResolvedEntry } from '@dmitry/trust-ledger';
import type { ApprovalDemand, ApprovalRecord } from './approval.policy.ts';
import type { GatePolicy } from './gate-policy.schema.ts';

/** Everything that a judgement depends on. The same input gives the same judgement, byte for byte (promise P6). */
export interface JudgeInput {
  readonly tenant: string;
  readonly action: Action;
  readonly requestedBy: string;
  /** What the proposer claims, 0..1. */
  readonly confidence: number;
  /** References as cited, repetitions included. */
  readonly evidence: readonly string[];
  /** What the ledger says of them; what is not here does not exist for this tenant. */
  readonly resolved: ReadonlyMap<string, ResolvedEntry>;
  /** Sources that did not answer when evidence was gathered: too little evidence is then no reason to deny for good. */
  readonly unavailable: readonly string[];
  /** Approvals to stand on, as named, and what the store knows of them. */
  readonly approvalRefs: readonly string[];
  readonly approvals: ReadonlyMap<string, ApprovalRecord>;
  /** Effects of this impact in the rolling window: reserved or spent. Null when they could not be read. */
  readonly budgetUsed: number | null;
  /** Names that stand for the target too, where its finding says so. @default none */
  readonly linked?: readonly string[];
  /** Entities reached according to the risk graph, or null where nothing measured it. */
  readonly reach: number | null;
  readonly halted: boolean;
  /** Null: none is loaded. `invalid`: what is stored cannot be read. Either way nothing is allowed. */
  readonly policy: GatePolicy | 'invalid' | null;
  readonly nowMs: number;
}

/** What an ALLOW takes from the tenant's budget. */
export interface ReservationDemand {
  readonly impact: Impact;
  readonly entities: number;
  readonly windowMs: number;
  readonly expiresMs: number;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Reasons of the verdict first, then what was not counted and why. */
  readonly reasons: readonly DecisionReason[];
  readonly actionDigest: string;
  readonly policy: PolicyRef;
  /** Evidence that counted. */
  readonly evidence: readonly string[];
  readonly confidence: Confidence;
  readonly blastRadius: Decision['blast_radius'];
  readonly needs: readonly string[];
  /** With MODIFY: the action to judge instead; a new digest, judged and approved anew. */
  readonly modified: Action | null;
  /** With STEP_UP: what the approval must bring. */
  readonly approval: ApprovalDemand | null;
  /** With ALLOW: the approvals it stands on, the ledger entries of their votes, the reservation it needs, and how long it is good. */
  readonly approvals: readonly string[];
  readonly votes: readonly string[];
  readonly reservation: ReservationDemand | null;
  readonly expiresMs: number | null;
}

/** A claim that is no number is refused; where it is printed it must still be JSON. */
export const finite = (claimed: number): number => (Number.isFinite(claimed) ? claimed : 0);

/** What a judgement has where nothing is said of it. */
export const empty = {
  needs: [],
  modified: null,
  approval: null,
  approvals: [],
  votes: [],
  reservation: null,
  expiresMs: null,
} as const;
