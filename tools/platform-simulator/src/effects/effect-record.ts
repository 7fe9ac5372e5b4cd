import type { ExecuteActionRequest } from '@dmitry/contracts';
import type { GraphEdge } from '../graph/graph.ts';

export type EffectStatus = 'accepted' | 'in_progress' | 'confirmed' | 'refused';

/** One effect as the log keeps it. `acts` counts how often it changed the world: 0 or 1, unless something is wrong. */
export interface EffectRecord {
  readonly seq: number;
  readonly tenant: string;
  /** `keyed` effects carry the caller's key; those of the old execute call have none and got one here. */
  readonly kind: 'keyed' | 'undo' | 'legacy';
  readonly effect_key: string;
  readonly action_type: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly params: Readonly<Record<string, unknown>>;
  readonly action_digest: string;
  readonly decision_ref: ExecuteActionRequest['decision_ref'] | null;
  /** Of an undo: the key of what it undid. */
  readonly undoes: string | null;
  status: EffectStatus;
  reason: string | null;
  acts: number;
  /** How many calls named this key. */
  calls: number;
  readonly received_at: string;
  completed_at: string | null;
  undone_by: string | null;
  /** Who carried it out: AI usage is contained by Aegis. */
  readonly executor: 'platform' | 'aegis';
  change: GraphChange | null;
}

/** What an action took out of the graph or set in it: enough to put it back. */
export interface GraphChange {
  readonly removed: readonly GraphEdge[];
  readonly fields: readonly {
    readonly node: string;
    readonly field: string;
    readonly before: string | number | boolean | null;
  }[];
}

/** What a caller sees of a record. */
export const answerOf = (record: EffectRecord) => ({
  effect_key: record.effect_key,
  status: record.status,
  ...(record.status === 'confirmed' ? { result: resultOf(record) } : {}),
  ...(record.reason === null ? {} : { reason: record.reason }),
  ...(record.completed_at === null ? {} : { completed_at: record.completed_at }),
});

const resultOf = (record: EffectRecord) => ({
  action_type: record.action_type,
  target: record.target,
  executor: record.executor,
  edges_removed: record.change?.removed.length ?? 0,
  fields_set: record.change?.fields.map(({ node, field }) => `${node}.${field}`) ?? [],
  ...(record.undoes === null ? {} : { undoes: record.undoes }),
});

/** A line of `GET /api/v1/actions`. */
export const logLineOf = (record: EffectRecord) => ({
  seq: record.seq,
  kind: record.kind,
  ...answerOf(record),
  action_type: record.action_type,
  target: record.target,
  action_digest: record.action_digest,
  decision_ref: record.decision_ref,
  undoes: record.undoes,
  undone_by: record.undone_by,
  acts: record.acts,
  received_at: record.received_at,
});
