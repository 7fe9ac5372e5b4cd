import type { GraphEdge, GraphNode, RiskGraph } from './graph.ts';

export interface GraphPath {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** A traversal gives up beyond this many steps: a dense graph has more simple paths than anybody reads. */
const MAX_STEPS = 20_000;

/** Simple outgoing paths from a node to nodes that `ends`, shortest first, at most `limit`. */
export function pathsFrom(
  graph: RiskGraph,
  start: string,
  options: { readonly maxDepth: number; readonly limit: number; readonly ends: (node: GraphNode) => boolean },
): readonly GraphPath[] {
  const first = graph.node(start);
  if (!first) return [];
  const found: GraphPath[] = [];
  let level: GraphPath[] = [{ nodes: [first], edges: [] }];
  let steps = 0;
  for (let depth = 0; depth < options.maxDepth && found.length < options.limit; depth += 1) {
    level = level.flatMap((path) => extend(graph, path));
    steps += level.length;
    if (steps > MAX_STEPS) break;
    found.push(...level.filter((path) => options.ends(lastOf(path))));
  }
  return found.slice(0, options.limit);
}

function extend(graph: RiskGraph, path: GraphPath): readonly GraphPath[] {
  const here = lastOf(path);
  return graph.edgesOf(here.id, 'outgoing').flatMap((edge) => {
    const next = graph.node(edge.to);
    if (!next || path.nodes.includes(next)) return [];
    return [{ nodes: [...path.nodes, next], edges: [...path.edges, edge] }];
  });
}

export const lastOf = (path: GraphPath): GraphNode => path.nodes[path.nodes.length - 1] as GraphNode;

/** Nodes within `depth` hops, either direction, the start first. */
export function ballAround(graph: RiskGraph, start: string, depth: number): readonly GraphNode[] {
  const first = graph.node(start);
  if (!first) return [];
  const seen = new Map([[first.id, first]]);
  let rim: readonly GraphNode[] = [first];
  for (let hop = 0; hop < depth; hop += 1) {
    rim = rim
      .flatMap((node) => graph.neighbors(node.id))
      .filter((node) => !seen.has(node.id) && seen.set(node.id, node));
  }
  return [...seen.values()];
}

/** Nodes that can be reached along outgoing edges, without the start. */
export function reachable(graph: RiskGraph, start: string, maxDepth: number): readonly GraphNode[] {
  const seen = new Map<string, GraphNode>();
  let rim = [start];
  for (let hop = 0; hop < maxDepth && rim.length > 0; hop += 1) {
    rim = rim
      .flatMap((id) => graph.edgesOf(id, 'outgoing').map((edge) => edge.to))
      .filter((id) => id !== start && !seen.has(id))
      .filter((id, at, all) => all.indexOf(id) === at);
    for (const id of rim) {
      const node = graph.node(id);
      if (node) seen.set(id, node);
    }
  }
  return [...seen.values()];
}
