import { type EntityType, sha256Hex } from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import { bandOfScaled, type PdriScore, platformWord, toHouseScore } from '@dmitry/risk';
import { applyAction } from '../effects/graph-actions.ts';
import type { GraphNode } from '../graph/graph.ts';
import { type JsonObject, textAt, textsAt } from '../graph/json.ts';
import { entityTypeOf } from '../graph/observation.ts';
import { scoreA, scoreB } from '../graph/scoring.ts';
import { OPEN_STATUSES } from '../pdri/finding-book.ts';
import type { Pdri } from '../pdri/pdri.ts';

/** A finding as the Platform serves it (domain 2.1): scores 0-100. */
export interface PlatformFinding {
  readonly id: string;
  readonly entity_id: string;
  readonly entity_type: string;
  readonly risk_score: number;
  readonly risk_level: string;
  readonly description: string;
  readonly timestamp: string;
  readonly source: string;
  readonly finding_type: string;
}

export interface ProposedAction {
  readonly action_id: string;
  readonly action_type: string;
  readonly description: string;
  readonly priority: string;
  /** How much the entity's score would fall, in points of 100, by scoring the graph with the action done. */
  readonly estimated_impact: number;
  readonly target: { readonly type: string; readonly id: string };
}

interface Accepted {
  readonly status: 'accepted';
  readonly finding_id: string;
}

interface Posted {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly entityId: string;
  readonly description: string;
  readonly timestamp: string;
}

const points = (score: PdriScore): number =>
  Math.round(toHouseScore({ scale: 'pdri-score', value: score.composite }) * 100) / 100;
const wordOf = (score: PdriScore): string =>
  platformWord(bandOfScaled({ scale: 'pdri-score', value: score.composite }));

/** Action types that the Platform considers for each type of entity. */
const CANDIDATES: Readonly<Record<EntityType, readonly string[]>> = {
  ai_tool: ['block_access', 'quarantine', 'rate_limit'],
  identity: ['block_access', 'require_mfa', 'revoke_credentials', 'increase_monitoring'],
  data_store: ['block_access', 'isolate_entity', 'increase_monitoring'],
  service: ['isolate_entity', 'shutdown_service', 'increase_monitoring'],
  api: ['block_access', 'rate_limit'],
  external: ['block_access', 'increase_monitoring'],
};

/** One tenant's Platform: findings from PDRI's and from what was posted, every score read off the graph now. */
export class Platform {
  private readonly posted = new Map<string, Posted>();
  private readonly proposed = new Map<string, ProposedAction>();

  constructor(private readonly pdri: Pdri) {}

  /** POST /api/v1/events. An event about an entity is an observation of it and a finding of its source. */
  accept(event: JsonObject, nowMs: number): Accepted | { readonly error: string } {
    const source = textAt(event, 'source');
    const type = textAt(event, 'event_type');
    const entityId = textAt(event, 'entity_id') ?? textAt(event, 'tool_name') ?? textAt(event, 'target');
    if (!source || !type || !entityId) {
      return { error: 'source, event_type and entity_id (or tool_name, target) are required' };
    }
    const stampMs = Date.parse(textAt(event, 'timestamp') ?? '');
    const atMs = Number.isNaN(stampMs) ? nowMs : stampMs;
    const id = textAt(event, 'finding_id') ?? `pf-${sha256Hex(`${source}|${type}|${entityId}`).slice(0, 16)}`;
    this.observe(event, entityId, atMs);
    this.posted.set(id, { id, source, type, entityId, description: descriptionOf(event), timestamp: isoTime(atMs) });
    return { status: 'accepted', finding_id: id };
  }

  private observe(event: JsonObject, entityId: string, atMs: number): void {
    const detection = textAt(event, 'event_type') === 'ai_tool_detection';
    const tool = detection && textAt(event, 'tool_name') === entityId;
    const type = entityTypeOf(entityId, tool ? 'ai_tool' : textAt(event, 'entity_type'), 'service');
    this.pdri.graph.observe({ id: entityId, type }, tool ? { fields: { is_sanctioned: false } } : {}, atMs);
    const touched = [entityId];
    if (tool) touched.push(...this.observeUse(event, entityId, atMs));
    this.pdri.rescore(touched);
  }

  /** Aegis says who uses the tool on what. */
  private observeUse(event: JsonObject, toolId: string, atMs: number): readonly string[] {
    const { graph } = this.pdri;
    const actor = textAt(event, 'actor');
    const target = textAt(event, 'target');
    if (actor) {
      graph.observe({ id: actor, type: entityTypeOf(actor, undefined, 'identity') }, {}, atMs);
      graph.connect(actor, toolId, { relation: 'INTEGRATES_WITH', weight: 0.7, atMs, bytes: 0 });
    }
    if (target) {
      graph.observe({ id: target, type: entityTypeOf(target, undefined, 'data_store') }, {}, atMs);
      graph.connect(toolId, target, { relation: 'ACCESSES', weight: 0.9, atMs, bytes: 0 });
    }
    return [actor, target].flatMap((id) => id ?? []);
  }

  findings(nowMs: number): readonly PlatformFinding[] {
    const own = this.pdri.findings
      .list(nowMs)
      .filter((finding) => OPEN_STATUSES.has(finding.status))
      .flatMap((finding) =>
        this.findingOf({
          id: finding.finding_id,
          source: 'pdri',
          type: finding.finding_type,
          entityId: finding.primary_entity_id,
          description: finding.title,
          timestamp: finding.last_seen_at,
        }),
      );
    const posted = [...this.posted.values()].flatMap((one) => this.findingOf(one));
    return [...own, ...posted].sort((a, b) => b.risk_score - a.risk_score || (a.id < b.id ? -1 : 1));
  }

  private findingOf(posted: Posted): PlatformFinding[] {
    const node = this.pdri.graph.node(posted.entityId);
    if (!node) return [];
    const score = this.pdri.score(node);
    return [
      {
        id: posted.id,
        entity_id: node.id,
        entity_type: node.type,
        risk_score: points(score),
        risk_level: wordOf(score),
        description: posted.description,
        timestamp: posted.timestamp,
        source: posted.source,
        finding_type: posted.type,
      },
    ];
  }

  details(id: string, nowMs: number) {
    const finding = this.findings(nowMs).find((one) => one.id === id);
    const node = finding && this.pdri.graph.node(finding.entity_id);
    if (!finding || !node) return undefined;
    const { factors } = this.pdri.score(node);
    return {
      ...finding,
      factors: Object.entries(factors)
        .filter(([, value]) => value > 0)
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .map(([name, value]) => ({ name, value })),
      related_entities: this.pdri.graph.neighbors(node.id).map((other) => this.entity(other)),
      recommendations: this.actions(id, nowMs)?.map((action) => action.description) ?? [],
    };
  }

  /** GET /api/v1/entities/search: the query is looked for in id, name, type and tags. */
  search(query: string): readonly ReturnType<Platform['entity']>[] {
    const wanted = query.toLowerCase();
    return this.pdri
      .ranked()
      .filter(({ node }) =>
        [node.id, node.name, node.type, ...node.tags].some((text) => text.toLowerCase().includes(wanted)),
      )
      .map(({ node }) => this.entity(node));
  }

  private entity(node: GraphNode) {
    const score = this.pdri.score(node);
    return { entity_id: node.id, entity_type: node.type, risk_score: points(score), risk_level: wordOf(score) };
  }

  /** What could be done about a finding, best first; remembered, so that the old execute call can name it. */
  actions(id: string, nowMs: number): readonly ProposedAction[] | undefined {
    const finding = this.findings(nowMs).find((one) => one.id === id);
    const node = finding && this.pdri.graph.node(finding.entity_id);
    if (!finding || !node) return undefined;
    const actions = CANDIDATES[node.type]
      .map((type) => this.propose(finding.id, node, type))
      .sort((a, b) => b.estimated_impact - a.estimated_impact || (a.action_id < b.action_id ? -1 : 1));
    for (const action of actions) this.proposed.set(action.action_id, action);
    return actions;
  }

  action(id: string): ProposedAction | undefined {
    return this.proposed.get(id);
  }

  private propose(findingId: string, node: GraphNode, type: string): ProposedAction {
    const impact = this.impactOf(node, type);
    return {
      action_id: `act-${sha256Hex(`${findingId}|${type}|${node.id}`).slice(0, 16)}`,
      action_type: type,
      description: `${type.replaceAll('_', ' ')} on ${node.name}`,
      priority: impact >= 20 ? 'HIGH' : impact >= 5 ? 'MEDIUM' : 'LOW',
      estimated_impact: impact,
      target: { type: node.type, id: node.id },
    };
  }

  private impactOf(node: GraphNode, type: string): number {
    const after = this.pdri.graph.clone();
    applyAction(after, type, node.id);
    const changed = after.node(node.id);
    if (!changed) return 0;
    const before = Math.max(points(scoreA(this.pdri.graph, node)), points(scoreB(this.pdri.graph, node)));
    const then = Math.max(points(scoreA(after, changed)), points(scoreB(after, changed)));
    return Math.round((before - then) * 100) / 100;
  }
}

function descriptionOf(event: JsonObject): string {
  const factors = textsAt(event, 'factors').join(', ') || undefined;
  const said = textAt(event, 'description') ?? textAt(event, 'title') ?? factors;
  return said ?? (textAt(event, 'event_type') ?? '').replaceAll('_', ' ');
}
