import type { Action, Approval, Decision, PolicyRef, Principal, Verdict } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import type { GatePolicy } from './gate-policy.schema.ts';

/** One resolved action to judge. */
export interface GateRequest {
  /** Must be the tenant of the transaction. */
  readonly tenant: string;
  readonly action: Action;
  readonly findingId: string | null;
  /** What the proposer claims, 0..1. */
  readonly confidence: number;
  /** Ledger entry ids, as cited. */
  readonly evidence: readonly string[];
  /** Who asks: a person's subject or a service's name. Never its own approver. */
  readonly requestedBy: string;
  /** Ids of approvals to stand on. Each is good for one ALLOW. */
  readonly approvals?: readonly string[];
  /** Sources that did not answer while evidence was gathered (`platform`, `pdri`...). */
  readonly unavailable?: readonly string[];
  /** Entities reached according to the risk graph. */
  readonly reach?: number;
  /** Names that stand for the target too, where its finding says so: the finding's own and those of the other entities in it. */
  readonly linked?: readonly string[];
}

/** A decision and, when it stepped up, the request for approval that now waits. */
export interface Decided {
  readonly decision: Decision;
  readonly approval: Approval | null;
}

/** What dispatch is told. `retryable`: wait and ask again; otherwise this run is refused. */
export type DispatchAnswer =
  | { readonly ok: true; readonly notAfterMs: number; readonly approvals: readonly string[] }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly retryable: boolean };

/** What became of an effect, for the budget. */
export type SettledOutcome = 'confirmed' | 'refused' | 'not_done' | 'escalated';

/** Holds every action to the policy. All of it happens in the caller's transaction: a decision is durable with what it decides. */
export interface SafetyGate {
  /**
   * Judges, writes the decision entry, takes the budget reservation of an ALLOW and spends its approvals; a STEP_UP makes (or finds)
   * the approval that waits for exactly this action. Two concurrent decisions never overspend a budget. Verdicts are values; what the
   * database or the ledger throws leaves nothing behind and allows nothing.
   */
  decide(tx: Tx, session: LedgerSession, request: GateRequest): Promise<Decided>;
  /** Judges without writing anything: the decision has no id and no run can stand on it. */
  preview(tx: Tx, request: GateRequest): Promise<Decision>;
  /**
   * Right before dispatch, in its transaction (promise P2): halt rows are read FOR SHARE, the decision is an ALLOW of this digest, not
   * expired, under the active policy, its approvals still stand, and no other effect used it. Asking again for the same effect is fine.
   */
  check(
    tx: Tx,
    request: { readonly decisionId: string; readonly actionDigest: string; readonly effectKey: string },
  ): Promise<DispatchAnswer>;
  /** Settles the reservation with what happened: `refused` and `not_done` give it back. Idempotent. */
  settle(tx: Tx, decisionId: string, outcome: SettledOutcome): Promise<void>;
}
export const SafetyGate = Symbol('SafetyGate');

/** A person's vote. */
export interface VoteRequest {
  readonly approvalId: string;
  /** From a verified token and nowhere else. */
  readonly principal: Principal;
  readonly approved: boolean;
  /** The approval's nonce as it was shown: who votes has read this request and no other. */
  readonly nonce: string;
  /** `session`: authenticated; `signed`: with `signature`. */
  readonly assurance: 'session' | 'signed';
  /** Ed25519 over the RFC 8785 form of `approvalStatement(approval, principal.subject)`, base64. */
  readonly signature?: string;
  /** The predecessor's `/confirm`: never for high impact, whatever the policy accepts. */
  readonly via?: 'api' | 'confirm';
}

export type VoteOutcome =
  | { readonly status: 'recorded'; readonly approval: Approval }
  /** The quorum is reached: schedule judging again, with this request, in the same transaction; evidence is read anew first. */
  | {
      readonly status: 'approved';
      readonly approval: Approval;
      readonly judgeAgain: true;
      readonly request: GateRequest;
    }
  | { readonly status: 'denied'; readonly approval: Approval }
  | { readonly status: 'refused'; readonly code: string; readonly message: string };

/** Requests for a person's yes to exactly one action digest. They are made by `decide`. */
export interface Approvals {
  /** Newest first, with complete parameters. */
  list(tx: Tx, query?: { readonly status?: Approval['status']; readonly limit?: number }): Promise<Approval[]>;
  get(tx: Tx, id: string): Promise<Approval | null>;
  /** What to judge again: the request of an approval that is approved and stands; null for any other. */
  requestOf(tx: Tx, id: string): Promise<GateRequest | null>;
  /** Counts one vote and writes its entry. A denial is final. Replays, second votes, strangers and stale requests are refused as values. */
  vote(tx: Tx, session: LedgerSession, request: VoteRequest): Promise<VoteOutcome>;
  /** The action was edited or is no longer wanted: nobody can vote on it and it no longer counts. @returns whether it was open */
  withdraw(tx: Tx, session: LedgerSession, id: string, why: 'edited' | 'withdrawn'): Promise<boolean>;
  /** Closes what is overdue or of a policy that is no longer active. @returns what was closed */
  expire(tx: Tx, session: LedgerSession): Promise<Approval[]>;
}
export const Approvals = Symbol('Approvals');

/** A registered key; time in milliseconds since the epoch. */
export interface RegisteredKey {
  readonly approver: string;
  /** Ed25519, base64 of 32 bytes. */
  readonly publicKey: string;
  readonly registeredMs: number;
}

/** Public keys of approvers. The private keys never come near this process. */
export interface ApproverKeys {
  /** The approver's current Ed25519 public key, base64 of 32 bytes, or null. */
  find(tx: Tx, approver: string): Promise<string | null>;
  /** All of them, or that of one approver, by name. */
  list(tx: Tx, approver?: string): Promise<RegisteredKey[]>;
  /** Registers or replaces it. @throws DmitryError `gate.key_invalid` */
  register(tx: Tx, session: LedgerSession, approver: string, publicKey: string): Promise<void>;
  /** @returns whether there was one */
  revoke(tx: Tx, session: LedgerSession, approver: string): Promise<boolean>;
}
export const ApproverKeys = Symbol('ApproverKeys');

export interface HaltChange {
  readonly reason: string;
  /** Who pulled it: subject of the principal. */
  readonly by: string;
}
export interface Halt {
  readonly halted: boolean;
  readonly reason: string | null;
  readonly sinceMs: number | null;
  readonly entryId: string | null;
}
/** What holds for a tenant: its own switch, and that for all. */
export interface HaltState {
  readonly halted: boolean;
  readonly tenant: Halt;
  readonly all: Halt;
}

/**
 * Stops dispatch for the tenant of the transaction; in a transaction of the operator's tenant, for all at once. `halt` waits for every
 * dispatch that already read the switch, so once it is committed nothing newer leaves; the caller lists what already did.
 */
export interface HaltSwitch {
  halt(tx: Tx, session: LedgerSession, change: HaltChange): Promise<HaltState>;
  resume(tx: Tx, session: LedgerSession, change: HaltChange): Promise<HaltState>;
  state(tx: Tx): Promise<HaltState>;
}
export const HaltSwitch = Symbol('HaltSwitch');

/** The policies of one tenant: what the deployment came with, until the tenant activates its own. */
export interface GatePolicies {
  /** The active policy; null: none; `invalid`: what is stored cannot be read. Without one nothing is allowed. */
  active(tx: Tx): Promise<GatePolicy | 'invalid' | null>;
  /**
   * Activates a policy for the tenant of the transaction and voids what waits under another. A version names one content for ever.
   * @throws DmitryError `gate.policy_invalid`, `gate.policy_loosens`, `gate.policy_version_taken`
   */
  activate(
    tx: Tx,
    session: LedgerSession,
    policy: unknown,
  ): Promise<{ readonly policy: PolicyRef; readonly voided: readonly string[] }>;
}
export const GatePolicies = Symbol('GatePolicies');

export interface DecisionQuery {
  readonly verdict?: Verdict;
  readonly finding?: string;
  /** Id of the last one seen. */
  readonly after?: string;
  /** @default 100, at most 1,000 */
  readonly limit?: number;
}

/** Decisions of the tenant of the transaction. */
export interface Decisions {
  /** Newest first. */
  list(tx: Tx, query?: DecisionQuery): Promise<Decision[]>;
  get(tx: Tx, id: string): Promise<Decision | null>;
}
export const Decisions = Symbol('Decisions');
