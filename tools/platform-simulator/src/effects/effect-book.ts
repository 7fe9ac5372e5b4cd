import type { ExecuteActionRequest } from '@dmitry/contracts';
import { actionDigest, type ActionType, type EntityType, strictObject, stringEnum } from '@dmitry/contracts';
import { type Static, Type } from 'typebox';
import { type Clock, isoTime } from '@dmitry/kit';
import type { Aegis } from '../aegis/aegis.ts';
import type { Pdri } from '../pdri/pdri.ts';
import type { EffectStore } from './effect-log.ts';
import type { EffectRecord, EffectStatus } from './effect-record.ts';
import {
  applyAction,
  changesGraph,
  isKnownAction,
  isReversible,
  nodesOf,
  revertAction,
  takesAccess,
} from './graph-actions.ts';

/** How effects are answered: straight away, or first `accepted` or `in_progress` and confirmed later. */
export const EffectAnswerKnob = strictObject({
  first: Type.Optional(stringEnum(['confirmed', 'accepted', 'in_progress'])),
  /** Probes that still see it pending; 1 when absent. */
  polls: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Refuse every new effect with this reason. */
  refuse: Type.Optional(Type.String({ minLength: 1 })),
});
export type EffectAnswerKnob = Static<typeof EffectAnswerKnob>;

/** The world that effects of one tenant change. */
export interface EffectWorld {
  readonly tenant: string;
  readonly pdri: Pdri;
  readonly aegis: Aegis;
}

export type EffectOutcome =
  | { readonly kind: 'answered'; readonly record: EffectRecord }
  | { readonly kind: 'conflict'; readonly record: EffectRecord }
  | { readonly kind: 'missing' }
  | { readonly kind: 'not_reversible'; readonly record: EffectRecord };

type NewEffect = Pick<
  EffectRecord,
  'kind' | 'effect_key' | 'action_type' | 'target' | 'params' | 'action_digest' | 'decision_ref' | 'undoes' | 'executor'
>;

/** Effects of all tenants, by (tenant, key): the same key with the same digest acts once and is answered alike. */
export class EffectBook {
  private readonly records = new Map<string, EffectRecord>();
  private readonly pending = new Map<string, number>();
  private seq = 0;
  answer: EffectAnswerKnob = {};

  constructor(
    private readonly store: EffectStore,
    private readonly clock: Clock,
  ) {
    for (const record of store.load()) {
      this.records.set(keyOf(record.tenant, record.effect_key), record);
      this.seq = Math.max(this.seq, record.seq);
    }
  }

  /** PUT /api/v1/actions/{effect_key}. */
  execute(world: EffectWorld, key: string, request: ExecuteActionRequest): EffectOutcome {
    const known = this.records.get(keyOf(world.tenant, key));
    if (known) return this.repeat(world, known, request.action_digest);
    const record = this.open(world.tenant, {
      kind: 'keyed',
      effect_key: key,
      action_type: request.action_type,
      target: request.target,
      params: request.params,
      action_digest: request.action_digest,
      decision_ref: request.decision_ref,
      undoes: null,
      executor: executorOf(request),
    });
    const refusal = this.refusalOf(world, request);
    if (refusal !== undefined) return this.answered(this.refuse(record, refusal));
    return this.answered(this.begin(world, record));
  }

  /** The old execute call: it has no key, so each call acts. */
  executeUnkeyed(world: EffectWorld, effect: Pick<NewEffect, 'action_type' | 'target' | 'params'>): EffectRecord {
    const record = this.open(world.tenant, {
      ...effect,
      kind: 'legacy',
      effect_key: `legacy-${this.seq + 1}`,
      action_digest: actionDigest(world.tenant, actionOf(effect)),
      decision_ref: null,
      undoes: null,
      executor: executorOf(effect),
    });
    return this.complete(world, record);
  }

  /** POST /api/v1/actions/{effect_key}/undo: an effect of its own, keyed by `undo_key`. */
  undo(
    world: EffectWorld,
    key: string,
    request: { undo_key: string; decision_ref: EffectRecord['decision_ref'] },
  ): EffectOutcome {
    const target = this.records.get(keyOf(world.tenant, key));
    if (!target) return { kind: 'missing' };
    const known = this.records.get(keyOf(world.tenant, request.undo_key));
    if (known) {
      return known.undoes === key
        ? this.repeat(world, known, known.action_digest)
        : { kind: 'conflict', record: known };
    }
    if (!isReversible(target.action_type) || target.kind === 'undo') return { kind: 'not_reversible', record: target };
    const record = this.open(world.tenant, {
      kind: 'undo',
      effect_key: request.undo_key,
      action_type: target.action_type,
      target: target.target,
      params: target.params,
      action_digest: target.action_digest,
      decision_ref: request.decision_ref,
      undoes: key,
      executor: target.executor,
    });
    if (target.status !== 'confirmed') return this.answered(this.refuse(record, 'not_confirmed'));
    if (target.undone_by !== null) return this.answered(this.refuse(record, 'already_undone'));
    return this.answered(this.begin(world, record));
  }

  /** GET /api/v1/actions/{effect_key}: one more probe sees a pending effect closer to its end. */
  probe(world: EffectWorld, key: string): EffectOutcome {
    const record = this.records.get(keyOf(world.tenant, key));
    return record ? this.answered(this.advance(world, record)) : { kind: 'missing' };
  }

  /** Records in the order in which they came; of one tenant, or of all. */
  list(tenant?: string): readonly EffectRecord[] {
    const all = [...this.records.values()].filter((record) => tenant === undefined || record.tenant === tenant);
    return all.sort((a, b) => a.seq - b.seq);
  }

  close(): void {
    this.store.close();
  }

  private answered(record: EffectRecord): EffectOutcome {
    return { kind: 'answered', record };
  }

  private repeat(world: EffectWorld, record: EffectRecord, digest: string): EffectOutcome {
    if (record.action_digest !== digest) return { kind: 'conflict', record };
    record.calls += 1;
    return this.answered(this.advance(world, record));
  }

  private open(tenant: string, effect: NewEffect): EffectRecord {
    this.seq += 1;
    const record: EffectRecord = {
      ...effect,
      seq: this.seq,
      tenant,
      status: 'accepted',
      reason: null,
      acts: 0,
      calls: 1,
      received_at: isoTime(this.clock.now()),
      completed_at: null,
      undone_by: null,
      change: null,
    };
    this.records.set(keyOf(tenant, effect.effect_key), record);
    return record;
  }

  private refusalOf(world: EffectWorld, request: ExecuteActionRequest): string | undefined {
    if (this.clock.now() > Date.parse(request.not_after)) return 'expired';
    if (!isKnownAction(request.action_type)) return 'unknown_action_type';
    if (request.action_digest !== actionDigest(world.tenant, actionOf(request))) return 'digest_mismatch';
    if (changesGraph(request.action_type) && !world.pdri.graph.node(request.target.id)) return 'unknown_target';
    return this.answer.refuse;
  }

  private refuse(record: EffectRecord, reason: string): EffectRecord {
    record.status = 'refused';
    record.reason = reason;
    return this.settle(record);
  }

  private begin(world: EffectWorld, record: EffectRecord): EffectRecord {
    const first: EffectStatus = this.answer.first ?? 'confirmed';
    if (first === 'confirmed') return this.complete(world, record);
    record.status = first;
    this.pending.set(keyOf(record.tenant, record.effect_key), this.answer.polls ?? 1);
    this.store.put(record);
    return record;
  }

  private advance(world: EffectWorld, record: EffectRecord): EffectRecord {
    if (record.status !== 'accepted' && record.status !== 'in_progress') return record;
    const key = keyOf(record.tenant, record.effect_key);
    const left = this.pending.get(key) ?? 0; // after a restart nothing is left to wait for
    if (left <= 0) return this.complete(world, record);
    this.pending.set(key, left - 1);
    record.status = 'in_progress';
    return record;
  }

  private complete(world: EffectWorld, record: EffectRecord): EffectRecord {
    const { graph } = world.pdri;
    const undone = record.undoes === null ? undefined : this.records.get(keyOf(record.tenant, record.undoes));
    record.change = undone
      ? revertAction(graph, undone.change ?? { removed: [], fields: [] })
      : applyAction(graph, record.action_type, record.target.id);
    record.acts += 1;
    record.status = 'confirmed';
    if (undone) {
      undone.undone_by = record.effect_key;
      this.store.put(undone);
    }
    if (record.executor === 'aegis') world.aegis.contain(record);
    world.pdri.rescore(nodesOf(record.target.id, undone?.change ?? record.change));
    return this.settle(record);
  }

  private settle(record: EffectRecord): EffectRecord {
    record.completed_at = isoTime(this.clock.now());
    this.store.put(record);
    return record;
  }
}

const keyOf = (tenant: string, effectKey: string): string => `${tenant}\n${effectKey}`;

/** Containment of AI usage is routed to Aegis under the same key (domain 2.4). */
const executorOf = (effect: Pick<NewEffect, 'action_type' | 'target'>): EffectRecord['executor'] =>
  effect.target.type === 'ai_tool' && takesAccess(effect.action_type) ? 'aegis' : 'platform';

/** The wire carries texts where the digest's schema has enumerations; the digest is over the same members. */
const actionOf = (effect: Pick<NewEffect, 'action_type' | 'target' | 'params'>) => ({
  action_type: effect.action_type as ActionType,
  target: { type: effect.target.type as EntityType, id: effect.target.id },
  params: effect.params,
});
