import type { FieldValue, GraphEdge, RiskGraph } from '../graph/graph.ts';
import type { GraphChange } from './effect-record.ts';

interface Meaning {
  /** Which edges of the target go. */
  readonly cuts?: (graph: RiskGraph, id: string) => readonly GraphEdge[];
  readonly sets?: Readonly<Record<string, FieldValue>>;
  /** Whether there is an inverse. */
  readonly reversible: boolean;
}

const access = (graph: RiskGraph, id: string): readonly GraphEdge[] => {
  const node = graph.node(id);
  const from =
    node?.type === 'data_store' || node?.type === 'service' || node?.type === 'api' ? 'incoming' : 'outgoing';
  const flows = graph.edgesOf(id, 'incoming').filter((edge) => edge.relation === 'MOVES_DATA_TO');
  return [...new Set([...graph.edgesOf(id, from), ...flows])];
};
const everything = (graph: RiskGraph, id: string): readonly GraphEdge[] => graph.edgesOf(id);

/** What each action type does to the graph. Types that only tell or record change nothing and cannot be undone. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  investigate: { reversible: false },
  monitor: { sets: { monitored: true }, reversible: true },
  alert: { reversible: false },
  log: { reversible: false },
  notify_admin: { reversible: false },
  increase_monitoring: { sets: { monitored: true }, reversible: true },
  rate_limit: { sets: { rate_limited: true }, reversible: true },
  require_mfa: { sets: { has_mfa: true }, reversible: true },
  block_access: { cuts: access, reversible: true },
  isolate_entity: { cuts: everything, sets: { isolated: true }, reversible: true },
  quarantine: { cuts: everything, sets: { quarantined: true }, reversible: true },
  // a credential that was revoked does not come back: a new one has to be issued
  revoke_credentials: { cuts: access, sets: { has_api_keys: false, is_active: false }, reversible: false },
  shutdown_service: { cuts: everything, sets: { is_active: false }, reversible: true },
  emergency_lockdown: { cuts: everything, sets: { isolated: true, is_active: false }, reversible: true },
};

export const isKnownAction = (type: string): boolean => Object.hasOwn(MEANINGS, type);
/** Whether the action takes access away: of AI tools that is Aegis's to do. */
export const takesAccess = (type: string): boolean => MEANINGS[type]?.cuts !== undefined;
export const isReversible = (type: string): boolean => MEANINGS[type]?.reversible ?? false;
/** Whether the action needs its target to be in the graph. */
export const changesGraph = (type: string): boolean =>
  MEANINGS[type]?.cuts !== undefined || MEANINGS[type]?.sets !== undefined;

/** Does what the action means. */
export function applyAction(graph: RiskGraph, type: string, targetId: string): GraphChange {
  const meaning = MEANINGS[type];
  const node = graph.node(targetId);
  if (!meaning || !node) return { removed: [], fields: [] };
  const removed = meaning.cuts ? graph.disconnect(meaning.cuts(graph, targetId)) : [];
  const fields = Object.entries(meaning.sets ?? {}).map(([field, value]) => {
    const before = node.fields.get(field) ?? null;
    node.fields.set(field, value);
    return { node: targetId, field, before };
  });
  return { removed, fields };
}

/** Puts back what an action changed. */
export function revertAction(graph: RiskGraph, change: GraphChange): GraphChange {
  graph.reconnect(change.removed);
  for (const { node, field, before } of change.fields) {
    const fields = graph.node(node)?.fields;
    if (before === null) fields?.delete(field);
    else fields?.set(field, before);
  }
  return { removed: [], fields: change.fields };
}

/** Every node that a change touches, for rescoring. */
export const nodesOf = (targetId: string, change: GraphChange): readonly string[] => [
  ...new Set([targetId, ...change.removed.flatMap((edge) => [edge.from, edge.to])]),
];
