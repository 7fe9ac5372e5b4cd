import { bytesOf, type GraphNode } from '../graph/graph.ts';
import { flag, levelOf } from '../graph/scoring.ts';
import { type GraphPath, lastOf, pathsFrom } from '../graph/traversal.ts';
import { forTenant, intOf, numberOf, ok, type Route, type TenantCall } from '../http/route.ts';
import { nodeOf } from './node.routes.ts';
import { type Pdri, scoreReply } from './pdri.ts';

const LEVELS = ['critical', 'high', 'medium', 'low', 'minimal'] as const;

export function analyticsRoutes(): readonly Route[] {
  const route = (operation: string, path: string, handle: (call: TenantCall) => ReturnType<typeof ok>): Route =>
    forTenant(`pdri.${operation}`, 'GET', `/analytics/${path}`, handle);
  return [
    route('distribution', 'distribution', ({ world }) => ok(distributionOf(world.pdri))),
    route('high_risk', 'high-risk', highRisk),
    route('summary', 'summary', summary),
    route('exposure_paths', 'exposure-paths/:id', exposurePaths),
    route('ai_exposure', 'ai-exposure', aiExposure),
    route('external_exposures', 'external-exposures', externalExposures),
  ];
}

/** How many entities stand at each level. */
export function distributionOf(pdri: Pdri): Readonly<Record<(typeof LEVELS)[number], number>> {
  const levels = pdri.ranked().map(({ score }) => levelOf(score.composite));
  return Object.fromEntries(LEVELS.map((level) => [level, levels.filter((one) => one === level).length])) as Record<
    (typeof LEVELS)[number],
    number
  >;
}

function highRisk({ world, query, nowMs }: TenantCall) {
  const threshold = numberOf(query, 'threshold') ?? 0.6;
  const limit = intOf(query, 'limit', { otherwise: 20, min: 1, max: 1000 });
  const entities = world.pdri
    .ranked()
    .filter(({ score }) => score.composite >= threshold)
    .slice(0, limit)
    .map(({ node, score }) => ({ ...scoreReply(node, score, nowMs), name: node.name, node_type: node.type }));
  return ok({ threshold, count: entities.length, entities });
}

function summary({ world }: TenantCall) {
  const ranked = world.pdri.ranked();
  const { graph } = world.pdri;
  const total = ranked.reduce((sum, { score }) => sum + score.composite, 0);
  return ok({
    total_entities: ranked.length,
    total_edges: graph.edges().length,
    events_ingested: world.pdri.eventCount,
    risk_distribution: distributionOf(world.pdri),
    average_composite: ranked.length === 0 ? 0 : total / ranked.length,
    highest: ranked.slice(0, 5).map(({ node, score }) => ({
      entity_id: node.id,
      name: node.name,
      composite_score: score.composite,
      risk_level: levelOf(score.composite),
    })),
    external_exposures: graph.edges().filter((edge) => graph.node(edge.to)?.type === 'external').length,
    data_volume_bytes: graph.edges().reduce((sum, edge) => sum + bytesOf(edge), 0),
  });
}

/** Where exposure ends: outside, in an AI tool, or in something public. */
const isExposed = (node: GraphNode): boolean =>
  node.type === 'external' || node.type === 'ai_tool' || flag(node, 'is_public') === true;

const pathReply = (pdri: Pdri, path: GraphPath) => ({
  path_id: path.edges.map((edge) => edge.id).join('>'),
  source_id: path.nodes[0]?.id,
  source_type: path.nodes[0]?.type,
  target_id: lastOf(path).id,
  target_type: lastOf(path).type,
  path: path.nodes.map((node) => node.id),
  relations: path.edges.map((edge) => edge.relation),
  path_length: path.edges.length,
  // the riskiest entity on the way, thinned by each hop
  risk_contribution: Math.max(...path.nodes.map((node) => pdri.score(node).composite)) / path.edges.length,
  sensitivity_tags: [...new Set(path.nodes.flatMap((node) => [...node.tags]))].sort(),
});

function exposurePaths(call: TenantCall) {
  const { pdri } = call.world;
  const node = nodeOf(call);
  const maxDepth = intOf(call.query, 'max_depth', { otherwise: 5, min: 1, max: 10 });
  const limit = intOf(call.query, 'limit', { otherwise: 10, min: 1, max: 100 });
  const paths = pathsFrom(pdri.graph, node.id, { maxDepth, limit, ends: isExposed }).map((path) =>
    pathReply(pdri, path),
  );
  const worst = [...paths].sort((a, b) => b.risk_contribution - a.risk_contribution)[0];
  return ok({
    entity_id: node.id,
    paths,
    total_paths: paths.length,
    max_risk_path: worst ?? null,
    schema_version: '1.0.0',
  });
}

function aiExposure({ world, query }: TenantCall) {
  const least = numberOf(query, 'min_sensitivity') ?? 0.5;
  const maxDepth = intOf(query, 'max_depth', { otherwise: 4, min: 1, max: 10 });
  const limit = intOf(query, 'limit', { otherwise: 20, min: 1, max: 100 });
  const { pdri } = world;
  const ends = (node: GraphNode) => node.type === 'ai_tool';
  const paths = pdri.graph
    .nodes('data_store')
    .filter((store) => pdri.score(store).sensitivity >= least)
    .flatMap((store) => pathsFrom(pdri.graph, store.id, { maxDepth, limit, ends }))
    .slice(0, limit)
    .map((path) => pathReply(pdri, path));
  return ok({ paths, total_paths: paths.length });
}

function externalExposures({ world, query }: TenantCall) {
  const limit = intOf(query, 'limit', { otherwise: 50, min: 1, max: 1000 });
  const { graph } = world.pdri;
  const exposures = graph
    .edges()
    .filter((edge) => graph.node(edge.to)?.type === 'external')
    .map((edge) => ({
      source_id: edge.from,
      target_id: edge.to,
      relation: edge.relation,
      data_volume_bytes: bytesOf(edge),
    }))
    .sort((a, b) => b.data_volume_bytes - a.data_volume_bytes || (a.source_id < b.source_id ? -1 : 1));
  return ok({ exposures: exposures.slice(0, limit), total: exposures.length });
}
