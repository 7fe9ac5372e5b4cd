import type { HandedEvidence } from '@dmitry/analyst';
import type { AdviseRequest } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';

/** What the analyst was asked: with the answers from outside it says the same again (promise P6). */
export interface AskedQuestion {
  readonly request: AdviseRequest;
  readonly evidence: readonly HandedEvidence[];
  readonly unresolved: readonly string[];
}

/** What the analyst said of one incident revision, and what became of it. */
export interface StoredAdvice {
  readonly incident: string;
  readonly revision: number;
  readonly finding: string;
  readonly question: AskedQuestion;
  /** The analyst's answer in its own form. */
  readonly advice: unknown;
  /** Ledger ids of the decisions that it led to. */
  readonly decisions: readonly string[];
  readonly atMs: number;
}

/** Advice of the transaction's tenant, sealed under its key. */
export interface AdviceStore {
  put(tx: Tx, advice: StoredAdvice): Promise<void>;
  get(tx: Tx, incident: string): Promise<StoredAdvice | null>;
  /** All of it, in the order in which it was given; null in the place of what was erased with its key. */
  all(tx: Tx): Promise<readonly (StoredAdvice | null)[]>;
  /** Marks that advice brought this action of a finding to the gate. False when it has been there before. */
  claimAction(tx: Tx, finding: string, actionDigest: string): Promise<boolean>;
  /** Takes the mark back: the gate was asked, and it came to nothing. */
  releaseAction(tx: Tx, finding: string, actionDigest: string): Promise<void>;
}
export const AdviceStore = Symbol('AdviceStore');
