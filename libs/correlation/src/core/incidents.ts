import {
  bandFloor,
  digestOf,
  type EntityRef,
  entityKey,
  SEVERITIES,
  type Severity,
  severityOf,
} from '@dmitry/contracts';

/** What grouping needs of a finding. `score` replaces the level's points where a finding has been scored. */
export interface GroupableFinding {
  readonly id: string;
  readonly rule: { readonly id: string; readonly title: string };
  readonly title: string;
  readonly level: Severity;
  readonly techniques: readonly string[];
  readonly tactics?: readonly string[];
  readonly entities: readonly EntityRef[];
  readonly firstMs: number;
  readonly lastMs: number;
  readonly score?: number;
}

export interface IncidentDraft {
  /** SHA-256 of tenant and its earliest finding. */
  readonly id: string;
  readonly tenant: string;
  /** 1 for the best. */
  readonly rank: number;
  readonly title: string;
  readonly score: number;
  readonly band: Severity;
  readonly entities: readonly EntityRef[];
  readonly techniques: readonly string[];
  /** Finding ids, best first. */
  readonly findings: readonly string[];
  readonly reason: readonly string[];
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface IncidentOptions {
  readonly tenant: string;
  /** Findings that share an entity belong together when at most this lies between them, ms. @default 14400000 */
  readonly linkMs?: number;
  /** An entity in more findings than this links nothing: it is a hub, not a trail. @default 500 */
  readonly maxFindingsPerEntity?: number;
}

/** Findings that share entities within time, as ranked incidents. The same for every order of the input. */
export function groupIncidents(
  findings: readonly GroupableFinding[],
  options: IncidentOptions,
): readonly IncidentDraft[] {
  const sorted = [...new Map(findings.map((finding) => [finding.id, finding])).values()].sort(byTime);
  const sets = new UnionFind(sorted.length);
  for (const members of byEntity(sorted).values()) {
    if (members.length <= (options.maxFindingsPerEntity ?? 500))
      linkInTime(sorted, members, { sets, linkMs: options.linkMs ?? 14_400_000 });
  }
  const groups = Map.groupBy(sorted, (_, at) => sets.find(at));
  return [...groups.values()]
    .map((members) => incidentOf(members, options.tenant))
    .sort((a, b) => b.score - a.score || a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1))
    .map((incident, at) => ({ ...incident, rank: at + 1 }));
}

const byTime = (a: GroupableFinding, b: GroupableFinding) => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1);

function byEntity(findings: readonly GroupableFinding[]): Map<string, number[]> {
  const map = new Map<string, number[]>();
  findings.forEach((finding, at) => {
    for (const entity of finding.entities) {
      const key = entityKey(entity);
      const members = map.get(key);
      if (members) members.push(at);
      else map.set(key, [at]);
    }
  });
  return map;
}

/** Chains the findings of one entity, in order of time, wherever the gap is small enough. */
function linkInTime(
  findings: readonly GroupableFinding[],
  members: readonly number[],
  context: { sets: UnionFind; linkMs: number },
): void {
  let reachMs = -Infinity;
  let last = members[0] ?? 0;
  for (const at of members) {
    const finding = findings[at];
    if (!finding) continue;
    if (finding.firstMs - reachMs <= context.linkMs) context.sets.union(last, at);
    reachMs = Math.max(reachMs, finding.lastMs);
    last = at;
  }
}

class UnionFind {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, at) => at);
  }

  find(at: number): number {
    let root = at;
    while (this.#parent[root] !== root) root = this.#parent[root] ?? root;
    for (let next = at; next !== root;) {
      const parent = this.#parent[next] ?? root;
      this.#parent[next] = root;
      next = parent;
    }
    return root;
  }

  /** The smaller position becomes the root, so that roots do not depend on the order of unions. */
  union(a: number, b: number): void {
    const [low, high] = [this.find(a), this.find(b)].sort((x, y) => x - y) as [number, number];
    this.#parent[high] = low;
  }
}

/** Points of one finding: its score, or the middle of its level's band. */
const pointsOf = (finding: GroupableFinding): number => finding.score ?? bandFloor(finding.level) + 10;

/** Further findings count less and less: the n-th adds its points / n^1.5, of which at most this much counts. */
const MAX_ACCUMULATION = 15;
const POINTS_PER_TACTIC = 3;
const MAX_TACTIC_POINTS = 12;

function incidentOf(members: readonly GroupableFinding[], tenant: string): IncidentDraft {
  const ranked = [...members].sort((a, b) => pointsOf(b) - pointsOf(a) || byTime(a, b));
  const best = ranked[0] as GroupableFinding;
  const techniques = [...new Set(members.flatMap((finding) => finding.techniques))].sort();
  const tactics = new Set(members.flatMap((finding) => finding.tactics ?? []));
  const rules = new Set(members.map((finding) => finding.rule.id)).size;
  const further = distinctByRule(ranked)
    .slice(1)
    .reduce((sum, finding, at) => sum + pointsOf(finding) / (at + 2) ** 1.5, 0);
  const accumulation = Math.min(MAX_ACCUMULATION, further / 4);
  const spread = Math.min(
    MAX_TACTIC_POINTS,
    POINTS_PER_TACTIC * Math.max(0, Math.max(tactics.size, techniques.length > 1 ? 2 : 1) - 1),
  );
  const score = Math.round(Math.min(100, pointsOf(best) + accumulation + spread) * 100) / 100;
  const earliest = [...members].sort(byTime)[0] as GroupableFinding;
  const levels = [...SEVERITIES].reverse().flatMap((level) => {
    const count = members.filter((finding) => finding.level === level).length;
    return count > 0 ? [`${count} ${level}`] : [];
  });
  return {
    id: digestOf(['incident/1', tenant, earliest.id]),
    tenant,
    rank: 0,
    title: rules > 1 ? `${best.title} and ${rules - 1} more` : best.title,
    score,
    band: severityOf(score),
    entities: entitiesByUse(members),
    techniques,
    findings: ranked.map((finding) => finding.id),
    reason: [
      `${members.length} findings of ${rules} rules: ${levels.join(', ')}`,
      `worst: ${best.title} (${pointsOf(best)} points)`,
      ...(accumulation > 0 ? [`further rules add ${accumulation.toFixed(1)} points`] : []),
      ...(spread > 0 ? [`${tactics.size} tactics and ${techniques.length} techniques add ${spread} points`] : []),
    ],
    firstMs: earliest.firstMs,
    lastMs: members.reduce((latest, finding) => Math.max(latest, finding.lastMs), earliest.lastMs),
  };
}

/** The best finding of each rule: a rule that fires often says no more than once. */
function distinctByRule(ranked: readonly GroupableFinding[]): readonly GroupableFinding[] {
  const seen = new Set<string>();
  return ranked.filter(({ rule }) => !seen.has(rule.id) && seen.add(rule.id));
}

const MAX_INCIDENT_ENTITIES = 100;

function entitiesByUse(members: readonly GroupableFinding[]): readonly EntityRef[] {
  const uses = new Map<string, { entity: EntityRef; count: number }>();
  for (const entity of members.flatMap((finding) => finding.entities)) {
    const key = entityKey(entity);
    uses.set(key, { entity, count: (uses.get(key)?.count ?? 0) + 1 });
  }
  return [...uses]
    .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
    .slice(0, MAX_INCIDENT_ENTITIES)
    .map(([, { entity }]) => entity);
}
