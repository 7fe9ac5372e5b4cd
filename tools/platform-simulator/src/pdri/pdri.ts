import { isoTime } from '@dmitry/kit';
import { sha256Hex } from '@dmitry/contracts';
import type { PdriScore } from '@dmitry/risk';
import { applyObservation } from '../graph/apply-observation.ts';
import { type GraphNode, RiskGraph } from '../graph/graph.ts';
import { readObservation } from '../graph/observation.ts';
import { confidenceOf, levelOf, scoreA, scoreB } from '../graph/scoring.ts';
import { FindingBook } from './finding-book.ts';

/** Past scores that scoring A looks at (domain 8.6). */
const HISTORY_KEPT = 30;

export interface IngestReply {
  readonly status: 'processed' | 'duplicate';
  readonly event_id: string;
  readonly event_db_id?: string;
  readonly entities_upserted: number;
  readonly entity_ids: readonly string[];
}

export interface PastScore {
  readonly atMs: number;
  readonly composite: number;
}

/** One tenant's PDRI: its graph, the scores it had, and its findings. */
export class Pdri {
  readonly graph = new RiskGraph();
  readonly findings: FindingBook;
  private readonly seen = new Map<string, string>();
  private readonly history = new Map<string, PastScore[]>();

  constructor(tenant: string) {
    this.findings = new FindingBook(tenant);
  }

  /** Takes one event in; a fingerprint seen before (SHA-256 of `source:event_id`) changes nothing. */
  ingest(event: unknown, nowMs: number): IngestReply | { readonly error: string } {
    const read = readObservation(event, nowMs);
    if (!read.ok) return { error: read.error };
    const { observation } = read;
    const fingerprint = sha256Hex(`${observation.source}:${observation.eventId}`);
    if (this.seen.has(fingerprint)) {
      return { status: 'duplicate', event_id: observation.eventId, entities_upserted: 0, entity_ids: [] };
    }
    this.seen.set(fingerprint, observation.eventId);
    const touched = [...new Set(applyObservation(this.graph, observation))];
    this.rescore(touched);
    this.findings.evaluate(this, observation, nowMs);
    return {
      status: 'processed',
      event_id: observation.eventId,
      event_db_id: fingerprint.slice(0, 32),
      entities_upserted: touched.length,
      entity_ids: touched,
    };
  }

  get eventCount(): number {
    return this.seen.size;
  }

  /** Keeps the scores of nodes whose surroundings changed; a composite that did not move is not kept twice. */
  rescore(ids: readonly string[]): void {
    for (const id of ids) {
      const node = this.graph.node(id);
      if (!node) continue;
      const past = this.history.get(id) ?? [];
      const { composite } = this.score(node);
      if (past.at(-1)?.composite !== composite) past.push({ atMs: this.graph.asOfMs, composite });
      this.history.set(id, past.slice(-HISTORY_KEPT));
    }
  }

  score(node: GraphNode): PdriScore {
    return scoreA(this.graph, node, this.pastScores(node.id));
  }

  scoreB(node: GraphNode): PdriScore {
    return scoreB(this.graph, node);
  }

  historyOf(id: string): readonly PastScore[] {
    return this.history.get(id) ?? [];
  }

  private pastScores(id: string): readonly number[] {
    return this.historyOf(id).map((past) => past.composite);
  }

  /** Nodes with their scores, riskiest first. */
  ranked(): readonly { readonly node: GraphNode; readonly score: PdriScore }[] {
    return this.graph
      .nodes()
      .map((node) => ({ node, score: this.score(node) }))
      .sort((a, b) => b.score.composite - a.score.composite || (a.node.id < b.node.id ? -1 : 1));
  }
}

/** Score reply of scoring A (domain 8.3). */
export const scoreReply = (node: GraphNode, score: PdriScore, nowMs: number) => ({
  entity_id: node.id,
  exposure_score: score.exposure,
  volatility_score: score.volatility,
  sensitivity_likelihood: score.sensitivity,
  composite_score: score.composite,
  risk_level: levelOf(score.composite),
  scoring_version: '1.0.0',
  calculated_at: isoTime(nowMs),
});

/** A node as `/nodes` shows it (domain 8.5). */
export function nodeReply(pdri: Pdri, node: GraphNode) {
  const score = pdri.score(node);
  return {
    id: node.id,
    name: node.name,
    node_type: node.type,
    exposure_score: score.exposure,
    volatility_score: score.volatility,
    sensitivity_likelihood: score.sensitivity,
    created_at: isoTime(node.createdMs),
    updated_at: isoTime(node.updatedMs),
    tags: [...node.tags].sort(),
    metadata: { observations: node.observations, confidence: confidenceOf(node) },
    ...Object.fromEntries([...node.fields].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
