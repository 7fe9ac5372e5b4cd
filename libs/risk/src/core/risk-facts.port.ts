import type { EntityRef } from '@dmitry/contracts';

/** What a neighbour knows of one entity. Values 0-1; null where it does not know. */
export interface EntityFacts {
  readonly entity: EntityRef;
  readonly exposure: number | null;
  readonly sensitivity: number | null;
  readonly volatility: number | null;
  readonly criticality: number | null;
  /** Ledger entries of the reads that this came from. */
  readonly evidence: readonly string[];
}

/** Facts for scoring, gathered outside any transaction. */
export interface RiskFacts {
  /**
   * Facts of the entities, in their order. An entity that is not known has nulls. Never rejects because the neighbour is down, slow or
   * refuses: then values are null and `partial` says so, the score is degraded and its confidence lower.
   */
  gather(
    entities: readonly EntityRef[],
  ): Promise<{ readonly facts: readonly EntityFacts[]; readonly partial: boolean }>;
}
export const RiskFacts = Symbol('RiskFacts');
