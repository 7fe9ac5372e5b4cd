import type { Action, EntityRef, RiskFactor } from '@dmitry/contracts';
import type { LlmUnavailableCode, LlmUsage } from '@dmitry/llm';

/** A ledger entry that the caller looked up for this tenant and hands in as evidence. */
export interface HandedEvidence {
  readonly entry: string;
  readonly kind: 'event' | 'platform_call';
  /** Event or finding that the ledger links with the entry. */
  readonly event?: string;
  readonly finding?: string;
}

/** Why there is no advice, or why a part of it was taken out. */
export type AnalystCode =
  | 'analyst.reply_not_json'
  | 'analyst.reply_invalid'
  | 'analyst.limit_reached'
  | 'analyst.unknown_action'
  | 'analyst.unknown_target'
  | 'analyst.action_invalid'
  | 'analyst.not_judged';

/** One action that the analyst proposes. Resolved, but not allowed: that is the gate's to say. */
export interface Proposal {
  readonly action: Action;
  readonly reason: string;
  readonly confidence: number;
  /** Ledger entries: each was handed in, or is a read that succeeded in this request. */
  readonly evidence: readonly string[];
  /** 1 (can wait) to 10 (at once). */
  readonly priority: number;
}

export interface RefusedAction {
  /** What was asked for, as it was spelled. */
  readonly action: unknown;
  readonly code: string;
  readonly message: string;
}

/** One tool call of the model: what became of it. */
export interface ToolRun {
  readonly tool: string;
  /** Platform path, as a template: no ids. '' for a call that was refused. */
  readonly endpoint: string;
  /** Ledger entry of the outcome, '' when nothing was called. */
  readonly entry: string;
  readonly status: 'success' | 'stale' | 'partial' | 'error' | 'refused';
  readonly code: string | null;
  /** Of a stale answer: how old it was. */
  readonly ageMs?: number;
  /** Of a partial answer: what the source said of it. */
  readonly note?: string;
  readonly startedMs: number;
  readonly latencyMs: number;
}

/** What the advice is about, and which of the ids the evidence bears out. */
export interface AdviceSubject {
  readonly findingId: string | null;
  readonly eventId: string | null;
  readonly correlationId: string | null;
  readonly entity: EntityRef | null;
  readonly entityName: string | null;
  readonly riskScore: number | null;
  readonly findingResolved: boolean;
  readonly eventResolved: boolean;
}

/** One sentence and the entries that it rests on; there is at least one. */
export interface Claim {
  readonly text: string;
  readonly citations: readonly string[];
}

/** The analyst's answer. Whatever the model said, every citation in it resolves and every proposal is a valid action. */
export interface Advice {
  /** `invalid`: the model's reply could not be used. `unavailable`: there was none. Both carry no proposals, and say why. */
  readonly kind: 'advice' | 'invalid' | 'unavailable';
  readonly code: AnalystCode | LlmUnavailableCode | null;
  readonly subject: AdviceSubject;
  readonly summary: string;
  readonly claims: readonly Claim[];
  readonly riskFactors: readonly RiskFactor[];
  readonly impact: string;
  readonly proposals: readonly Proposal[];
  readonly citations: readonly string[];
  readonly refused: readonly RefusedAction[];
  readonly warnings: readonly string[];
  /** The lower of what the model claims and what its citations support. */
  readonly confidence: number;
  readonly evidence: readonly HandedEvidence[];
  readonly toolCalls: readonly ToolRun[];
  /** Sources that did not answer while evidence was gathered, e.g. `platform`: for the gate, which may then defer. */
  readonly unavailable: readonly string[];
  /** Ledger entries of the model's own answers. Never evidence. */
  readonly modelCalls: readonly string[];
  readonly usage: LlmUsage;
  readonly provider: string;
  readonly model: string;
}
