import type {
  EntityRef,
  Finding,
  FindingEvidence,
  FindingScore,
  FindingStatus,
  Incident,
  Severity,
} from '@dmitry/contracts';
import type { EventRef, FindingDraft, GroupableFinding } from '@dmitry/correlation';
import type { EntityFacts } from '@dmitry/risk';
import type { Tx } from '@dmitry/storage';

/** A finding with what the pipeline needs beyond its wire form. */
export interface StoredFinding extends Finding {
  readonly level: Severity;
  readonly tactics: readonly string[];
  readonly primary: EntityRef | null;
  readonly count: number;
  /** Digest of the correlator's draft. */
  readonly digest: string;
  /** The revision that `score` belongs to; 0 before the first. */
  readonly scoredRevision: number;
  /** What the score was made of, beside the finding itself. */
  readonly facts: readonly EntityFacts[];
}

/** What is kept of what the correlator found, with its evidence entry. */
export interface FoundFinding extends Omit<FindingDraft, 'tenant' | 'kind' | 'rule' | 'group' | 'revision'> {
  readonly rule: Pick<FindingDraft['rule'], 'id' | 'title'>;
  readonly evidence: FindingEvidence;
}

export interface FindingQuery {
  readonly status?: FindingStatus;
  readonly severity?: Severity;
  readonly incident?: string;
  /** Id of the last one seen. */
  readonly after?: string;
  readonly limit: number;
}

/** Findings of the transaction's tenant. */
export interface FindingStore {
  /** A new finding, or the next revision of a known one whose digest differs. @returns the stored ones that changed */
  put(tx: Tx, found: readonly FoundFinding[]): Promise<readonly StoredFinding[]>;
  /** Findings that no longer stand. @returns those that were open */
  retract(tx: Tx, ids: readonly string[]): Promise<readonly StoredFinding[]>;
  get(tx: Tx, id: string): Promise<StoredFinding | null>;
  /** By severity, then id. */
  list(tx: Tx, query: FindingQuery): Promise<readonly StoredFinding[]>;
  /** Findings whose revision has no score, by event time; rows locked. */
  unscored(tx: Tx, limit: number): Promise<readonly StoredFinding[]>;
  /** Writes the score of that revision, and the facts that it was made of. */
  writeScore(
    tx: Tx,
    of: { readonly id: string; readonly revision: number },
    scored: { readonly score: FindingScore; readonly facts: readonly EntityFacts[] },
  ): Promise<void>;
  setStatus(tx: Tx, id: string, status: FindingStatus): Promise<boolean>;
  /** Events that a finding rests on, by time. */
  events(tx: Tx, id: string, limit: number): Promise<readonly EventRef[]>;
  /** Everything that stands, for grouping. */
  groupable(tx: Tx): Promise<readonly GroupableFinding[]>;
}
export const FindingStore = Symbol('FindingStore');

export interface StoredIncident extends Incident {
  /** The revision that the analyst was asked about; 0 before the first. */
  readonly advisedRevision: number;
}

/** Incidents of the transaction's tenant. */
export interface IncidentStore {
  /**
   * Makes the stored incidents those of `drafts`: new ones, next revisions of changed ones, and those that are gone (merged into
   * others) resolved. @returns what changed
   */
  replace(tx: Tx, drafts: readonly Omit<Incident, 'revision' | 'status'>[]): Promise<readonly StoredIncident[]>;
  get(tx: Tx, id: string): Promise<StoredIncident | null>;
  /** Best first. */
  list(tx: Tx, query: { readonly limit: number; readonly status?: FindingStatus }): Promise<readonly StoredIncident[]>;
  writeAdvised(tx: Tx, id: string, revision: number): Promise<void>;
}
export const IncidentStore = Symbol('IncidentStore');
