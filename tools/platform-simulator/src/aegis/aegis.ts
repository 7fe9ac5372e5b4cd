import { isoTime } from '@dmitry/kit';
import type { EffectRecord } from '../effects/effect-record.ts';
import { flag, scoreA, text } from '../graph/scoring.ts';
import type { Pdri } from '../pdri/pdri.ts';
import type { JsonObject } from '../graph/json.ts';
import { itemsAt, textAt } from '../graph/json.ts';

export interface Incident extends JsonObject {
  readonly ticket_id: string;
  readonly received_at: string;
}

/** One tenant's Aegis: what was reported to it, and what it blocks. */
export class Aegis {
  readonly incidents: Incident[] = [];
  readonly summaries: JsonObject[] = [];
  private readonly matched = new Map<string, JsonObject>();
  private readonly contained = new Map<string, EffectRecord>();
  private changedMs = 0;

  constructor(private readonly pdri: Pdri) {}

  /** Containment of AI usage, routed here by the Platform under the same key. */
  contain(record: EffectRecord): void {
    if (record.undoes === null) this.contained.set(record.effect_key, record);
    else this.contained.delete(record.undoes);
    this.changedMs = Math.max(this.changedMs, Date.parse(record.received_at));
  }

  /** What is contained now, by effect key. */
  containments() {
    return [...this.contained.values()].map(({ effect_key, action_type, target, received_at }) => ({
      effect_key,
      action_type,
      target,
      since: received_at,
    }));
  }

  report(incident: JsonObject, nowMs: number): Incident {
    const ticket = { ...incident, ticket_id: `INC-${nowMs}-${this.incidents.length + 1}`, received_at: isoTime(nowMs) };
    this.incidents.push(ticket);
    return ticket;
  }

  sync(body: unknown): { status: 'synced'; matched: number; new: number } {
    const entities = itemsAt(body, 'entities').flatMap((item) => {
      const id = textAt(item, 'id');
      return id ? [[id, item as JsonObject] as const] : [];
    });
    const known = entities.filter(([id]) => this.matched.has(id)).length;
    for (const [id, entity] of entities) this.matched.set(id, entity);
    return { status: 'synced', matched: known, new: entities.length - known };
  }

  /** Threats are what the tenant's own graph shows: tools known not to be sanctioned and places outside that data goes to. */
  threats(sinceMs: number, limit: number) {
    const { graph } = this.pdri;
    return graph
      .nodes()
      .filter((node) => node.updatedMs >= sinceMs)
      .filter((node) => (node.type === 'ai_tool' ? flag(node, 'is_sanctioned') === false : node.type === 'external'))
      .slice(0, limit)
      .map((node) => {
        const { composite } = scoreA(graph, node);
        return {
          threat_id: `threat:${node.id}`,
          threat_type: node.type === 'ai_tool' ? 'shadow_ai' : 'external_destination',
          indicators: [node.id],
          severity: composite >= 0.6 ? 'high' : composite >= 0.4 ? 'medium' : 'low',
          description: `${node.name}, seen ${node.observations} times`,
          first_seen: isoTime(node.createdMs),
        };
      });
  }

  policies(nowMs: number) {
    const tools = this.pdri.graph.nodes('ai_tool');
    const blocked = new Set([...this.contained.values()].map((record) => record.target.id));
    return {
      updated_at: isoTime(this.changedMs || nowMs),
      scoring_adjustments: {},
      sanctioned_ai_tools: tools.filter((tool) => flag(tool, 'is_sanctioned') === true).map((tool) => tool.id),
      blocked_ai_providers: [
        ...new Set(tools.filter((tool) => blocked.has(tool.id)).map((tool) => text(tool, 'vendor') ?? tool.id)),
      ].sort(),
      risk_thresholds: { critical: 0.8, high: 0.6, medium: 0.4 },
    };
  }
}
