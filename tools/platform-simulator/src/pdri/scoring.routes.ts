import { ENTITY_TYPES } from '@dmitry/contracts';
import type { PdriScore } from '@dmitry/risk';
import type { GraphNode } from '../graph/graph.ts';
import { numberAt, textAt } from '../graph/json.ts';
import { levelOf } from '../graph/scoring.ts';
import { forTenant, ok, Refusal, type Route, type TenantCall } from '../http/route.ts';
import { nodeOf } from './node.routes.ts';
import { scoreReply } from './pdri.ts';

/** Weights of scoring A (domain 8.6): those of exposure stand in a divisor of 1.15 and are stretched by 1.2. */
const WEIGHTS = {
  external_connection: 0.25,
  ai_integration: 0.3,
  data_volume: 0.2,
  privilege: 0.15,
  public: 0.15,
} as const;
const COMPOSITE = { exposure: 0.5, volatility: 0.3, sensitivity: 0.2 } as const;

const ADVICE: Readonly<Record<keyof typeof WEIGHTS, string>> = {
  external_connection: 'Cut connections to the outside that are not needed.',
  ai_integration: 'Review which AI tools reach this entity.',
  data_volume: 'Limit how much data may move at once.',
  privilege: 'Reduce its privileges to what it uses.',
  public: 'Take it off the public network.',
};

export function scoringRoutes(): readonly Route[] {
  return [
    forTenant('pdri.score_weights', 'GET', '/scoring/weights/current', () =>
      ok({ exposure: WEIGHTS, composite: COMPOSITE, scoring_version: '1.0.0' }),
    ),
    forTenant('pdri.score', 'GET', '/scoring/:id', (call) => {
      const node = nodeOf(call);
      if (call.query.get('update_graph') !== 'false') call.world.pdri.rescore([node.id]);
      return ok(scoreReply(node, call.world.pdri.score(node), call.nowMs));
    }),
    forTenant('pdri.explain', 'GET', '/scoring/:id/explain', explain),
    forTenant('pdri.score_batch', 'POST', '/scoring/batch', batch),
    forTenant('pdri.score_all', 'POST', '/scoring/all', (call) => scored(call, call.world.pdri.graph.nodes())),
  ];
}

function explain(call: TenantCall) {
  const node = nodeOf(call);
  const score = call.world.pdri.score(node);
  const factors = factorsOf(score);
  const top = factors.filter((factor) => factor.contribution > 0).slice(0, 3);
  return ok({
    ...scoreReply(node, score, call.nowMs),
    summary: `${node.name} is at ${levelOf(score.composite)} risk (${score.composite.toFixed(3)}), ${
      top.length > 0
        ? `mostly by ${top.map((factor) => factor.name.replaceAll('_', ' ')).join(', ')}`
        : 'without exposure'
    }.`,
    top_risk_factors: top,
    factor_breakdown: Object.fromEntries(factors.map(({ name, ...rest }) => [name, rest])),
    score_breakdown: { exposure: score.exposure, volatility: score.volatility, sensitivity: score.sensitivity },
    recommendations: top.map((factor) => ADVICE[factor.name]),
  });
}

/** Exposure's factors, the heaviest first. */
function factorsOf(score: PdriScore) {
  return (Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[])
    .map((name) => {
      const value = score.factors[name] ?? 0;
      return { name, value, weight: WEIGHTS[name], contribution: value * WEIGHTS[name] };
    })
    .sort((a, b) => b.contribution - a.contribution || (a.name < b.name ? -1 : 1));
}

function batch(call: TenantCall) {
  const wanted = textAt(call.body, 'node_type');
  const type = ENTITY_TYPES.find((known) => known === wanted);
  if (wanted !== undefined && !type)
    throw new Refusal(422, 'invalid_body', `node_type must be one of ${ENTITY_TYPES.join(', ')}`);
  const most = numberAt(call.body, 'max_entities') ?? 100;
  return scored(call, call.world.pdri.graph.nodes(type).slice(0, most));
}

function scored({ world, nowMs }: TenantCall, nodes: readonly GraphNode[]) {
  world.pdri.rescore(nodes.map((node) => node.id));
  const scores = nodes.map((node) => scoreReply(node, world.pdri.score(node), nowMs));
  return ok({ scored: scores.length, scores });
}
