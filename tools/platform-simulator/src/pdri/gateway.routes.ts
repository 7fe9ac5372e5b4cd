import { isoTime } from '@dmitry/kit';
import { confidenceOf, levelOf } from '../graph/scoring.ts';
import { ballAround } from '../graph/traversal.ts';
import { forTenant, intOf, notFound, ok, Refusal, type Route, type TenantCall } from '../http/route.ts';
import { distributionOf } from './analytics.routes.ts';
import { OPEN_STATUSES } from './finding-book.ts';
import { nodeOf } from './node.routes.ts';

/** Weights of scoring B (domain 8.7). */
const WEIGHTS_B = { exposure: 0.45, sensitivity: 0.3, volatility: 0.15, confidence: 0.1 } as const;

/** PDRI's "graph-lite" stack: scoring B (domain 8.2, 8.3). */
export function gatewayRoutes(): readonly Route[] {
  return [
    forTenant('pdri.entity_score', 'GET', '/entities/:id/risk-score', score),
    forTenant('pdri.graph', 'GET', '/graph/entities', subgraph),
    forTenant('pdri.dashboard', 'GET', '/dashboard/overview', dashboard),
  ];
}

function score(call: TenantCall) {
  const node = nodeOf(call);
  const { exposure, sensitivity, volatility, composite, factors } = call.world.pdri.scoreB(node);
  const calculated = isoTime(call.nowMs);
  const level = levelOf(composite);
  const shown = Object.fromEntries(Object.entries(factors).map(([name, value]) => [name, { value }]));
  return ok({
    entity_id: node.id,
    name: node.name,
    entity_type: node.type,
    composite_score: composite,
    exposure_score: exposure,
    sensitivity_score: sensitivity,
    volatility_score: volatility,
    confidence: confidenceOf(node),
    risk_level: level,
    explain: {
      composite_score: composite,
      risk_level: level,
      dimensions: {
        exposure: { score: exposure, weight: WEIGHTS_B.exposure, factors: shown },
        sensitivity: { score: sensitivity, weight: WEIGHTS_B.sensitivity, factors: {} },
        volatility: { score: volatility, weight: WEIGHTS_B.volatility, factors: {} },
      },
      confidence: { score: confidenceOf(node), penalty: 1 - confidenceOf(node), weight: WEIGHTS_B.confidence },
      scoring_version: '1.0.0',
      calculated_at: calculated,
    },
    calculated_at: calculated,
  });
}

function subgraph({ world, query }: TenantCall) {
  const center = query.get('center_id');
  if (center === null) throw new Refusal(422, 'invalid_query', 'center_id is required');
  const depth = intOf(query, 'depth', { otherwise: 1, min: 1, max: 2 });
  const { pdri } = world;
  const nodes = ballAround(pdri.graph, center, depth);
  if (nodes.length === 0) throw notFound('the entity');
  const ids = new Set(nodes.map((node) => node.id));
  return ok({
    center,
    nodes: nodes.map((node) => {
      const { composite } = pdri.scoreB(node);
      return {
        id: node.id,
        external_id: node.id,
        entity_type: node.type,
        name: node.name,
        risk_level: levelOf(composite),
        composite_score: composite,
      };
    }),
    edges: pdri.graph
      .edges()
      .filter((edge) => ids.has(edge.from) && ids.has(edge.to))
      .map((edge) => ({
        id: edge.id,
        src_id: edge.from,
        dst_id: edge.to,
        relation_type: edge.relation,
        weight: edge.weight,
      })),
  });
}

function dashboard({ world, nowMs }: TenantCall) {
  const { pdri } = world;
  const open = pdri.findings.list(nowMs).filter((one) => OPEN_STATUSES.has(one.status));
  const severities = ['critical', 'high', 'medium', 'low'];
  const moves = pdri.graph.nodes().map((node) => {
    const [before, now] = pdri.historyOf(node.id).slice(-2);
    return before && now ? Math.sign(now.composite - before.composite) : 0;
  });
  return ok({
    total_entities: pdri.graph.nodes().length,
    risk_distribution: distributionOf(pdri),
    open_findings: open.length,
    findings_by_severity: Object.fromEntries(
      severities.map((severity) => [severity, open.filter((one) => one.severity === severity).length]),
    ),
    top_risks: pdri
      .ranked()
      .slice(0, 5)
      .map(({ node, score }) => ({ entity_id: node.id, name: node.name, composite_score: score.composite })),
    recent_findings: [...open].sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1)).slice(0, 10),
    trend: {
      scores_increasing: moves.filter((move) => move > 0).length,
      scores_decreasing: moves.filter((move) => move < 0).length,
      stable: moves.filter((move) => move === 0).length,
    },
  });
}
