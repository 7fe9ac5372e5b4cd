import type { PdriScore } from '@dmitry/risk';
import type { GraphNode } from '../graph/graph.ts';
import type { Observation } from '../graph/observation.ts';
import { flag, levelOf, text } from '../graph/scoring.ts';
import { ballAround, pathsFrom } from '../graph/traversal.ts';
import type { Pdri } from './pdri.ts';

export interface Recommendation {
  readonly action: string;
  readonly description: string;
  readonly priority: string;
  readonly target: string;
}

export interface Detection {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  /** 0-1. */
  readonly risk: number;
  readonly score: PdriScore;
  readonly primary: GraphNode;
  readonly others: readonly GraphNode[];
  readonly path: readonly string[];
  readonly recommendations: readonly Recommendation[];
}

const MB = 1_000_000;
const WEEK_MS = 7 * 86_400_000;
const PRIVILEGED = new Set(['admin', 'super_admin']);
const INTO = new Set(['ACCESSES', 'INTEGRATES_WITH', 'MOVES_DATA_TO']);
const OUT = new Set(['EXPORTS_TO', 'MOVES_DATA_TO']);

/** Entities that an event names. */
export const partiesOf = (event: Observation): readonly string[] =>
  [event.actor, event.tool, event.target].flatMap((party) => (party ? [party.id] : []));

/** What the generator and PDRI's three rules (domain 8.8) say of the nodes that an event spoke of; once per type and entity. */
export function detect(pdri: Pdri, event: Observation): readonly Detection[] {
  const nodes = [...new Set(partiesOf(event))].flatMap((id) => pdri.graph.node(id) ?? []);
  const rules = [generator, shadowAi, privilegedIdentity, excessiveExport];
  const found = nodes.flatMap((node) => rules.flatMap((rule) => rule(pdri, node) ?? []));
  return [...new Map(found.map((one) => [`${one.type}|${one.primary.id}`, one])).values()];
}

const advice = (node: GraphNode, rows: readonly (readonly [string, string, string])[]): readonly Recommendation[] =>
  rows.map(([action, priority, description]) => ({ action, priority, description, target: node.id }));

/** Composite >= .85 critical, >= .70 high, >= .50 medium if new or risen by .15, else low if risen by .30. */
function generator(pdri: Pdri, node: GraphNode): Detection | undefined {
  const score = pdri.score(node);
  const past = pdri.historyOf(node.id).at(-2)?.composite;
  const risen = past === undefined ? 0 : score.composite - past;
  const severity = generatedSeverity(score.composite, past === undefined, risen);
  if (!severity) return undefined;
  const share = Math.round(score.composite * 100);
  return {
    type: 'risk_increase',
    title: `Risk of ${node.name} is ${share} of 100`,
    description: `Exposure ${score.exposure.toFixed(2)}, sensitivity ${score.sensitivity.toFixed(2)}, volatility ${score.volatility.toFixed(2)}.`,
    severity,
    risk: score.composite,
    score,
    primary: node,
    others: pdri.graph.neighbors(node.id),
    path: exposurePath(pdri, node),
    recommendations: advice(node, [['investigate', 'medium', 'Look at what changed around this entity.']]),
  };
}

function generatedSeverity(composite: number, isNew: boolean, risen: number): Detection['severity'] | undefined {
  if (composite >= 0.85) return 'critical';
  if (composite >= 0.7) return 'high';
  if (composite >= 0.5 && (isNew || risen >= 0.15)) return 'medium';
  return risen >= 0.3 ? 'low' : undefined;
}

/** R1: a tool known not to be sanctioned has an edge into an entity with sensitivity >= .6. */
function shadowAi(pdri: Pdri, node: GraphNode): Detection | undefined {
  const tools = [node, ...pdri.graph.neighbors(node.id)].filter(
    (one) => one.type === 'ai_tool' && flag(one, 'is_sanctioned') === false,
  );
  const tool = tools.find((one) => sensitiveReached(pdri, one).length > 0);
  if (!tool) return undefined;
  const reached = sensitiveReached(pdri, tool);
  const worst = reached[0] as GraphNode;
  const score = pdri.score(tool);
  const severity = levelOf(Math.max(score.composite, pdri.score(worst).composite));
  return {
    type: 'shadow_ai',
    title: `Unsanctioned AI tool ${tool.name} reaches ${worst.name}`,
    description: `${tool.name} is not sanctioned and reaches ${reached.length} entities of sensitivity 0.6 or more.`,
    severity: severity === 'minimal' ? 'low' : severity,
    risk: Math.max(score.composite, pdri.score(worst).composite),
    score,
    primary: tool,
    others: reached,
    path: [tool.id, worst.id],
    recommendations: advice(tool, [
      ['block_access', 'immediate', 'Block the tool from the entities it reaches.'],
      ['review_data', 'high', 'Review what the tool has read.'],
      ['sanctioning', 'medium', 'Decide whether the tool is to be sanctioned.'],
    ]),
  };
}

function sensitiveReached(pdri: Pdri, tool: GraphNode): readonly GraphNode[] {
  return pdri.graph
    .edgesOf(tool.id, 'outgoing')
    .filter((edge) => INTO.has(edge.relation))
    .flatMap((edge) => pdri.graph.node(edge.to) ?? [])
    .filter((other) => pdri.score(other).sensitivity >= 0.6)
    .sort((a, b) => pdri.score(b).sensitivity - pdri.score(a).sensitivity || (a.id < b.id ? -1 : 1));
}

/** R2: an administrator's identity within two hops of an AI tool. */
function privilegedIdentity(pdri: Pdri, node: GraphNode): Detection | undefined {
  if (node.type !== 'identity' || !PRIVILEGED.has(text(node, 'privilege_level') ?? '')) return undefined;
  const tool = ballAround(pdri.graph, node.id, 2).find((other) => other.type === 'ai_tool');
  if (!tool) return undefined;
  const score = pdri.score(node);
  return {
    type: 'privileged_identity',
    title: `Privileged identity ${node.name} is within two hops of ${tool.name}`,
    description: `${node.name} holds ${text(node, 'privilege_level') ?? ''} privileges near an AI tool.`,
    severity: 'high',
    risk: score.composite,
    score,
    primary: node,
    others: [tool],
    path: [node.id, tool.id],
    recommendations: advice(node, [
      ['review_access', 'high', 'Review what this identity may do.'],
      ['least_privilege', 'medium', 'Take away what it does not use.'],
      ['enable_mfa', 'high', 'Demand a second factor.'],
    ]),
  };
}

/** R3: more than 100 MB towards the outside or AI within seven days; the score is the volume's share of 500 MB. */
function excessiveExport(pdri: Pdri, node: GraphNode): Detection | undefined {
  const since = pdri.graph.asOfMs - WEEK_MS;
  const flows = pdri.graph
    .edgesOf(node.id, 'outgoing')
    .filter((edge) => OUT.has(edge.relation))
    .flatMap((edge) => ({ edge, to: pdri.graph.node(edge.to) }))
    .filter(({ to }) => to?.type === 'external' || to?.type === 'ai_tool');
  const bytes = flows
    .flatMap(({ edge }) => edge.activity)
    .reduce((sum, use) => sum + (use.atMs > since ? use.bytes : 0), 0);
  if (bytes <= 100 * MB) return undefined;
  return {
    type: 'excessive_export',
    title: `${Math.round(bytes / MB)} MB left ${node.name} within seven days`,
    description: `Towards ${flows.map(({ to }) => to?.name).join(', ')}.`,
    severity: bytes > 500 * MB ? 'critical' : bytes > 250 * MB ? 'high' : 'medium',
    risk: Math.min(1, bytes / (500 * MB)),
    score: pdri.score(node),
    primary: node,
    others: flows.flatMap(({ to }) => to ?? []),
    path: exposurePath(pdri, node),
    recommendations: advice(node, [
      ['review_exports', 'high', 'Review who took the data out and why.'],
      ['dlp_controls', 'medium', 'Put the store under data loss prevention.'],
      ['alert_setup', 'medium', 'Alert on further exports.'],
    ]),
  };
}

function exposurePath(pdri: Pdri, node: GraphNode): readonly string[] {
  const ends = (other: GraphNode) => other.type === 'external' || other.type === 'ai_tool';
  const path = pathsFrom(pdri.graph, node.id, { maxDepth: 4, limit: 1, ends })[0];
  return path ? path.nodes.map((one) => one.id) : [];
}
