import { pdriScoreA, pdriScoreB, type PdriFactsA, type PdriFactsB, type PdriScore } from '@dmitry/risk';
import type { GraphEdge, GraphNode, RiskGraph } from './graph.ts';

const DAY_MS = 86_400_000;
const EXPOSING = new Set(['EXPOSES', 'INTEGRATES_WITH']);
const ACCESS = new Set(['ACCESSES', 'INTEGRATES_WITH']);
/** Standings of scoring A and B that stand below every privilege of their tables. */
const NO_PRIVILEGE = new Set(['standard', 'none']);

export const text = (node: GraphNode, field: string): string | undefined => {
  const value = node.fields.get(field);
  return typeof value === 'string' ? value : undefined;
};
export const flag = (node: GraphNode, field: string): boolean | undefined => {
  const value = node.fields.get(field);
  return typeof value === 'boolean' ? value : undefined;
};

const bytesSince = (edges: readonly GraphEdge[], sinceMs: number): number =>
  edges
    .flatMap((edge) => edge.activity)
    .filter((use) => use.atMs > sinceMs)
    .reduce((sum, use) => sum + use.bytes, 0);

/** Data through a node counts once: what came in by one edge went out by another. */
const bytesThrough = (graph: RiskGraph, id: string, sinceMs: number): number =>
  Math.max(bytesSince(graph.edgesOf(id, 'incoming'), sinceMs), bytesSince(graph.edgesOf(id, 'outgoing'), sinceMs));

const usesBetween = (edges: readonly GraphEdge[], afterMs: number, untilMs: number): number =>
  edges
    .flatMap((edge) => edge.activity)
    .filter((part) => part.atMs > afterMs && part.atMs <= untilMs)
    .reduce((sum, part) => sum + part.uses, 0);

const isOutside = (node: GraphNode): boolean => node.type === 'external' || node.type === 'ai_tool';

function privilegeOf(node: GraphNode): { privilege_level?: string } {
  const level = text(node, 'privilege_level');
  return level === undefined || NO_PRIVILEGE.has(level) ? {} : { privilege_level: level };
}

function descriptionOf(node: GraphNode) {
  const classification = text(node, 'data_classification');
  const isPublic = flag(node, 'is_public');
  return {
    name: node.name,
    ...privilegeOf(node),
    ...(isPublic === undefined ? {} : { is_public: isPublic }),
    ...(classification === undefined ? {} : { classification }),
    tags: [...node.tags].sort(),
  };
}

/** How much of what is known of a node's edges is news of the last day. A node younger than a day has nothing to compare with: 0. */
function changeOf(graph: RiskGraph, node: GraphNode, edges: readonly GraphEdge[]) {
  const dayAgo = graph.asOfMs - DAY_MS;
  if (node.createdMs > dayAgo || edges.length === 0) return { connection_change: 0, access_change: 0 };
  const fresh = edges.filter((edge) => edge.createdMs > dayAgo).length;
  const access = edges.filter((edge) => ACCESS.has(edge.relation));
  const today = usesBetween(access, dayAgo, graph.asOfMs);
  const before = usesBetween(access, dayAgo - DAY_MS, dayAgo);
  return {
    connection_change: fresh / edges.length,
    access_change: today + before === 0 ? 0 : Math.abs(today - before) / Math.max(today, before),
  };
}

/** What scoring A reads off the graph for a node. */
export function factsA(graph: RiskGraph, node: GraphNode, pastScores: readonly number[]): PdriFactsA {
  const edges = graph.edgesOf(node.id);
  const neighbors = graph.neighbors(node.id);
  return {
    ...descriptionOf(node),
    id: node.id,
    external_neighbors: neighbors.filter(isOutside).length,
    exposing_edges: edges.filter((edge) => EXPOSING.has(edge.relation)).length,
    ai_neighbors: neighbors.filter((other) => other.type === 'ai_tool').length,
    volume_bytes: bytesThrough(graph, node.id, Number.NEGATIVE_INFINITY),
    has_manages_edge: edges.some((edge) => edge.relation === 'MANAGES' && edge.from === node.id),
    ...changeOf(graph, node, edges),
    past_scores: pastScores,
  };
}

/** The more events speak of a node, the surer its score: 1 - 1/(1 + n). */
export const confidenceOf = (node: GraphNode): number => 1 - 1 / (1 + node.observations);

/** What scoring B reads off the graph for a node: the seven days before the latest event. */
export function factsB(graph: RiskGraph, node: GraphNode): PdriFactsB {
  const weekAgo = graph.asOfMs - 7 * DAY_MS;
  const edges = graph.edgesOf(node.id);
  const fresh = edges.filter((edge) => edge.createdMs > weekAgo);
  const towards = (type: GraphNode['type']) =>
    edges.filter((edge) => graph.node(edge.from === node.id ? edge.to : edge.from)?.type === type).length;
  return {
    ...descriptionOf(node),
    external_edges: towards('external'),
    ai_edges: towards('ai_tool'),
    bytes_7d: bytesThrough(graph, node.id, weekAgo),
    edges: edges.length,
    new_edges_7d: fresh.length,
    new_access_edges_7d: fresh.filter((edge) => ACCESS.has(edge.relation)).length,
    confidence: confidenceOf(node),
  };
}

export const scoreA = (graph: RiskGraph, node: GraphNode, past: readonly number[] = []): PdriScore =>
  pdriScoreA(factsA(graph, node, past));
export const scoreB = (graph: RiskGraph, node: GraphNode): PdriScore => pdriScoreB(factsB(graph, node));

/** Five levels of scoring A and B (domain 8.6). */
export function levelOf(composite: number): 'critical' | 'high' | 'medium' | 'low' | 'minimal' {
  if (composite >= 0.8) return 'critical';
  if (composite >= 0.6) return 'high';
  if (composite >= 0.4) return 'medium';
  return composite >= 0.2 ? 'low' : 'minimal';
}
