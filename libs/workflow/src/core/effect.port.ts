import type { CallContext } from '@dmitry/outbound';
import type { ExecuteActionRequest } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';

/** What the other side says of an effect. */
export type EffectAnswer =
  | { readonly kind: 'accepted' | 'in_progress' }
  | { readonly kind: 'confirmed'; readonly result?: unknown }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It left, and no usable answer came: it may have happened. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** It never left: nothing can have happened. */
  | { readonly kind: 'not_sent'; readonly reason: string };

export type ProbeAnswer =
  | { readonly kind: 'known'; readonly answer: Exclude<EffectAnswer, { kind: 'unknown' | 'not_sent' }> }
  /** 404: never seen. Means "not done" only once `horizonMs` has passed since dispatch. */
  | { readonly kind: 'never_seen'; readonly horizonMs: number }
  | { readonly kind: 'no_answer'; readonly reason: string }
  /** Effects of this class cannot be asked about (unsafe): a person looks. */
  | { readonly kind: 'unsupported'; readonly reason: string };

/** Where effects happen. Both calls are made outside any transaction; both reject only when the ledger cannot record. */
export interface EffectExecutor {
  /** Sends the effect under its key, once and by the context's deadline. The caller has recorded the intent and records the outcome. */
  execute(context: CallContext, effectKey: string, request: ExecuteActionRequest): Promise<EffectAnswer>;
  /** Asks whether the effect happened. A read: it records its own intent and outcome. */
  probe(context: CallContext, effectKey: string): Promise<ProbeAnswer>;
}
export const EffectExecutor = Symbol('EffectExecutor');

/** What dispatch asks the gate, again, in its own transaction (promise P2). */
export interface DispatchCheck {
  check(
    tx: Tx,
    request: { readonly decisionId: string; readonly actionDigest: string; readonly effectKey: string },
  ): Promise<
    | { readonly ok: true; readonly notAfterMs: number; readonly approvals: readonly string[] }
    /** `retryable`: halted or a store is down: wait. Otherwise this run is refused. */
    | { readonly ok: false; readonly code: string; readonly message: string; readonly retryable: boolean }
  >;
  /** Settles the reservation with what happened. Called once per effect, in the transaction that ends it. */
  settle(tx: Tx, decisionId: string, outcome: 'confirmed' | 'refused' | 'not_done' | 'escalated'): Promise<void>;
}
export const DispatchCheck = Symbol('DispatchCheck');
