import type { Relation, RiskGraph } from './graph.ts';
import type { Observation, ObservedParty } from './observation.ts';

/** PDRI's map of event types to edges (domain 8.4), and the types that it has no handler for. */
const RELATIONS: Readonly<Record<string, Relation>> = {
  AI_DATA_ACCESS: 'ACCESSES',
  AI_PROMPT_SENSITIVE: 'ACCESSES',
  AI_AGENT_PRIV_ACCESS: 'ACCESSES',
  SYSTEM_ACCESS: 'ACCESSES',
  POLICY_VIOLATION: 'ACCESSES',
  ANOMALY_DETECTED: 'ACCESSES',
  DATA_AGGREGATION: 'ACCESSES',
  AI_API_INTEGRATION: 'INTEGRATES_WITH',
  AI_TOOL_DISCOVERY: 'INTEGRATES_WITH',
  UNSANCTIONED_AI_TOOL: 'INTEGRATES_WITH',
  INTEGRATION_CHANGE: 'INTEGRATES_WITH',
  DATA_MOVEMENT: 'MOVES_DATA_TO',
  DATA_EXPORT: 'EXPORTS_TO',
  PRIVILEGE_ESCALATION: 'HAS_PERMISSION',
  IDENTITY_RISK: 'AUTHENTICATES_VIA',
};

const STRONG = new Set<Relation>(['ACCESSES', 'EXPORTS_TO']);
/** A refused attempt is a fact about both ends, and no connection between them. */
const NO_CONNECTION = new Set(['SYSTEM_AUTH_FAILURE', 'REFUSED_CALL']);
/** Whoever takes data out of a store has read it: the edge to the store is an access, the flow is an edge of the store's own. */
const FLOWS = new Set(['DATA_EXPORT', 'DATA_MOVEMENT']);

/** Changes the graph by one event. @returns ids of the nodes it spoke of */
export function applyObservation(graph: RiskGraph, seen: Observation): readonly string[] {
  const outside = seen.outside ?? anonymousOutside(seen);
  const parties = [seen.actor, seen.tool, seen.target, seen.sourceStore, outside].flatMap((party) => party ?? []);
  for (const party of parties) note(graph, seen, party);
  if (!NO_CONNECTION.has(seen.type)) {
    for (const link of linksOf(seen, outside)) {
      const weight = STRONG.has(link.relation) ? 0.9 : 0.7;
      const use = { relation: link.relation, weight, atMs: seen.timeMs, bytes: seen.bytes };
      if (link.from && link.to) graph.connect(link.from.id, link.to.id, use);
    }
  }
  return parties.map((party) => party.id);
}

/** Data that leaves towards nobody named leaves towards the outside as such. */
function anonymousOutside(seen: Observation): ObservedParty | undefined {
  const leaves = seen.direction === 'internal_to_external' && seen.target && seen.target.type !== 'external';
  return leaves ? { type: 'external', id: 'external:unattributed' } : undefined;
}

function note(graph: RiskGraph, seen: Observation, party: ObservedParty): void {
  const holdsData = party === seen.target && (party.type === 'data_store' || party.type === 'service');
  const change = {
    name: party.name,
    tags: holdsData ? seen.tags : [],
    ...(party.fields ? { fields: party.fields } : {}),
  };
  graph.observe(party, change, seen.timeMs);
}

interface Link {
  readonly from: ObservedParty | undefined;
  readonly to: ObservedParty | undefined;
  readonly relation: Relation;
}

function linksOf(seen: Observation, outside: ObservedParty | undefined): readonly Link[] {
  const { actor, tool, target } = seen;
  const links: Link[] = [{ from: actor, to: target, relation: relationOf(seen) }];
  if (tool)
    links.push(
      { from: actor, to: tool, relation: 'INTEGRATES_WITH' },
      { from: tool, to: target, relation: 'ACCESSES' },
    );
  if (seen.direction === 'internal_to_ai' && target?.type === 'data_store') {
    // what a tool reads, it has: the store's data flows into it
    links.push({
      from: target,
      to: tool ?? (actor?.type === 'ai_tool' ? actor : undefined),
      relation: 'MOVES_DATA_TO',
    });
  }
  if (seen.sourceStore) links.push({ from: seen.sourceStore, to: target, relation: 'MOVES_DATA_TO' });
  if (outside) links.push(outsideLink(seen, outside));
  return links;
}

function relationOf(seen: Observation): Relation {
  if (FLOWS.has(seen.type) && seen.target?.type === 'data_store') return 'ACCESSES';
  return RELATIONS[seen.type] ?? 'ACCESSES';
}

function outsideLink(seen: Observation, outside: ObservedParty): Link {
  const holder = seen.target ?? seen.actor;
  if (seen.direction === 'external_to_internal') {
    return { from: outside, to: seen.actor ?? holder, relation: 'AUTHENTICATES_VIA' };
  }
  if (FLOWS.has(seen.type)) return { from: holder, to: outside, relation: RELATIONS[seen.type] ?? 'EXPORTS_TO' };
  return {
    from: holder,
    to: outside,
    relation: seen.direction === 'internal_to_external' ? 'EXPOSES' : 'MOVES_DATA_TO',
  };
}
