import { isoTime } from '@dmitry/kit';
import { bytesOf, type Direction, type GraphEdge, type GraphNode, usesOf } from '../graph/graph.ts';
import { forTenant, intOf, notFound, ok, Refusal, type Route, type TenantCall } from '../http/route.ts';
import { nodeReply } from './pdri.ts';

const LISTS = [
  ['datastores', 'data_store'],
  ['services', 'service'],
  ['aitools', 'ai_tool'],
] as const;
const DIRECTIONS: readonly Direction[] = ['incoming', 'outgoing', 'all'];

/** Reads of PDRI's nodes (domain 8.2). */
export function nodeRoutes(): readonly Route[] {
  return [
    ...LISTS.map(([name, type]): Route =>
      forTenant(`pdri.nodes_${name}`, 'GET', `/nodes/${name}`, ({ world, query }) => {
        const skip = intOf(query, 'skip', { otherwise: 0, min: 0, max: 1_000_000 });
        const limit = intOf(query, 'limit', { otherwise: 100, min: 1, max: 1000 });
        return ok(
          world.pdri.graph
            .nodes(type)
            .slice(skip, skip + limit)
            .map((node) => nodeReply(world.pdri, node)),
        );
      }),
    ),
    forTenant('pdri.node', 'GET', '/nodes/:id', node),
    forTenant('pdri.node_neighbors', 'GET', '/nodes/:id/neighbors', neighbors),
    forTenant('pdri.node_edges', 'GET', '/nodes/:id/edges', edges),
  ];
}

/** The node that a path names. */
export function nodeOf({ world, params }: TenantCall): GraphNode {
  const found = world.pdri.graph.node(params['id'] ?? '');
  if (!found) throw notFound('the entity');
  return found;
}

export const edgeReply = (edge: GraphEdge) => ({
  id: edge.id,
  source_id: edge.from,
  target_id: edge.to,
  edge_type: edge.relation,
  weight: edge.weight,
  created_at: isoTime(edge.createdMs),
  last_activity: isoTime(edge.lastMs),
  access_frequency: usesOf(edge),
  data_volume_bytes: bytesOf(edge),
});

function node(call: TenantCall) {
  const found = nodeOf(call);
  const related = call.query.get('include_relationships') === 'true';
  const { pdri } = call.world;
  return ok({
    ...nodeReply(pdri, found),
    ...(related ? { relationships: pdri.graph.edgesOf(found.id).map(edgeReply) } : {}),
  });
}

function neighbors(call: TenantCall) {
  const limit = intOf(call.query, 'limit', { otherwise: 50, min: 1, max: 200 });
  const { pdri } = call.world;
  return ok(
    pdri.graph
      .neighbors(nodeOf(call).id)
      .slice(0, limit)
      .map((other) => nodeReply(pdri, other)),
  );
}

function edges(call: TenantCall) {
  const wanted = call.query.get('direction') ?? 'all';
  const direction = DIRECTIONS.find((known) => known === wanted);
  if (!direction) throw new Refusal(422, 'invalid_query', `direction must be one of ${DIRECTIONS.join(', ')}`);
  return ok(call.world.pdri.graph.edgesOf(nodeOf(call).id, direction).map(edgeReply));
}
