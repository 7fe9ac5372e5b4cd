import type { EntityType } from '@dmitry/contracts';

/** PDRI's edge types and graph-lite's relation types that the simulator makes (domain 8.5). */
export type Relation =
  | 'ACCESSES'
  | 'INTEGRATES_WITH'
  | 'MOVES_DATA_TO'
  | 'EXPORTS_TO'
  | 'EXPOSES'
  | 'HAS_PERMISSION'
  | 'AUTHENTICATES_VIA'
  | 'MANAGES';

export type FieldValue = string | number | boolean;

export interface GraphNode {
  readonly id: string;
  type: EntityType;
  name: string;
  readonly createdMs: number;
  updatedMs: number;
  /** How many events spoke of it. */
  observations: number;
  readonly tags: Set<string>;
  /** PDRI's own fields of the node's label: `is_sanctioned`, `privilege_level`, `data_classification`, … */
  readonly fields: Map<string, FieldValue>;
}

/** Uses of an edge within one minute of event time; volume in bytes. */
export interface Activity {
  readonly atMs: number;
  readonly bytes: number;
  readonly uses: number;
}

const MINUTE_MS = 60_000;
const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS);

/** Adds a use to those of its minute: an edge that is used all the time stays short. */
function addUse(activity: Activity[], use: Activity): void {
  const at = activity.findIndex((known) => minuteOf(known.atMs) === minuteOf(use.atMs));
  const known = activity[at];
  if (!known) activity.push(use);
  else
    activity[at] = {
      atMs: Math.max(known.atMs, use.atMs),
      bytes: known.bytes + use.bytes,
      uses: known.uses + use.uses,
    };
}

/** How often an edge was used. */
export const usesOf = (edge: GraphEdge): number => edge.activity.reduce((sum, part) => sum + part.uses, 0);
/** Bytes that went over an edge. */
export const bytesOf = (edge: GraphEdge): number => edge.activity.reduce((sum, part) => sum + part.bytes, 0);

export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly relation: Relation;
  weight: number;
  readonly createdMs: number;
  lastMs: number;
  readonly activity: Activity[];
}

export interface NodeChange {
  readonly name?: string | undefined;
  readonly tags?: readonly string[];
  readonly fields?: Readonly<Record<string, FieldValue | undefined>>;
}

export type Direction = 'incoming' | 'outgoing' | 'all';

/** The risk graph of one tenant. Time in it is the time of its events, never that of the machine. */
export class RiskGraph {
  private readonly nodesById = new Map<string, GraphNode>();
  private readonly edgesById = new Map<string, GraphEdge>();
  private readonly incident = new Map<string, Set<string>>();
  /** Latest event time seen, ms; 0 while empty. */
  asOfMs = 0;

  node(id: string): GraphNode | undefined {
    return this.nodesById.get(id);
  }

  /** Nodes by age, then id. */
  nodes(type?: EntityType): readonly GraphNode[] {
    const all = [...this.nodesById.values()].filter((node) => type === undefined || node.type === type);
    return all.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  edges(): readonly GraphEdge[] {
    return [...this.edgesById.values()];
  }

  edge(id: string): GraphEdge | undefined {
    return this.edgesById.get(id);
  }

  /** Adds or renews a node. An identity that turns out to be an AI tool becomes one; other types stay as they were first seen. */
  observe(ref: { readonly id: string; readonly type: EntityType }, change: NodeChange, atMs: number): GraphNode {
    this.asOfMs = Math.max(this.asOfMs, atMs);
    const known = this.nodesById.get(ref.id) ?? this.create(ref, atMs);
    if (ref.type === 'ai_tool' && known.type === 'identity') known.type = 'ai_tool';
    if (change.name) known.name = change.name;
    for (const tag of change.tags ?? []) known.tags.add(tag);
    for (const [field, value] of Object.entries(change.fields ?? {})) {
      if (value !== undefined) known.fields.set(field, value);
    }
    known.observations += 1;
    known.updatedMs = Math.max(known.updatedMs, atMs);
    return known;
  }

  private create(ref: { readonly id: string; readonly type: EntityType }, atMs: number): GraphNode {
    const node: GraphNode = {
      id: ref.id,
      type: ref.type,
      name: ref.id,
      createdMs: atMs,
      updatedMs: atMs,
      observations: 0,
      tags: new Set(),
      fields: new Map(),
    };
    this.nodesById.set(ref.id, node);
    return node;
  }

  /** Adds or uses an edge; one edge per (from, relation, to). */
  connect(
    from: string,
    to: string,
    use: { relation: Relation; weight: number; atMs: number; bytes: number },
  ): GraphEdge | undefined {
    if (from === to) return undefined;
    const id = `${from}|${use.relation}|${to}`;
    const edge = this.edgesById.get(id) ?? {
      id,
      from,
      to,
      relation: use.relation,
      weight: use.weight,
      createdMs: use.atMs,
      lastMs: use.atMs,
      activity: [],
    };
    edge.weight = Math.max(edge.weight, use.weight);
    edge.lastMs = Math.max(edge.lastMs, use.atMs);
    addUse(edge.activity, { atMs: use.atMs, bytes: use.bytes, uses: 1 });
    this.insert(edge);
    return edge;
  }

  private insert(edge: GraphEdge): void {
    this.edgesById.set(edge.id, edge);
    for (const end of [edge.from, edge.to]) {
      const ids = this.incident.get(end) ?? new Set();
      ids.add(edge.id);
      this.incident.set(end, ids);
    }
  }

  /** Edges of a node, by id. */
  edgesOf(id: string, direction: Direction = 'all'): readonly GraphEdge[] {
    const all = [...(this.incident.get(id) ?? [])].flatMap((edge) => this.edgesById.get(edge) ?? []);
    return all
      .filter((edge) => direction === 'all' || (direction === 'outgoing' ? edge.from === id : edge.to === id))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Distinct nodes at the other ends, by id. */
  neighbors(id: string): readonly GraphNode[] {
    const ids = new Set(this.edgesOf(id).map((edge) => (edge.from === id ? edge.to : edge.from)));
    return [...ids].sort().flatMap((other) => this.nodesById.get(other) ?? []);
  }

  /** Takes edges out and gives them back, so that they can be restored. */
  disconnect(edges: readonly GraphEdge[]): readonly GraphEdge[] {
    for (const edge of edges) {
      this.edgesById.delete(edge.id);
      this.incident.get(edge.from)?.delete(edge.id);
      this.incident.get(edge.to)?.delete(edge.id);
    }
    return edges;
  }

  /** Puts edges back. One that was made anew meanwhile keeps its new uses beside the old. */
  reconnect(edges: readonly GraphEdge[]): void {
    for (const edge of edges) {
      const now = this.edgesById.get(edge.id);
      const activity = [...edge.activity];
      for (const use of now?.activity ?? []) addUse(activity, use);
      this.insert({ ...edge, lastMs: Math.max(edge.lastMs, now?.lastMs ?? 0), activity });
    }
  }

  /** An independent copy, for "what if". */
  clone(): RiskGraph {
    const copy = new RiskGraph();
    copy.asOfMs = this.asOfMs;
    for (const node of this.nodesById.values()) {
      copy.nodesById.set(node.id, { ...node, tags: new Set(node.tags), fields: new Map(node.fields) });
    }
    for (const edge of this.edgesById.values()) copy.insert({ ...edge, activity: [...edge.activity] });
    return copy;
  }
}
