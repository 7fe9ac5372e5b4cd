/** What the other side says of an effect. `entry` is the ledger entry of the outcome; '' when the caller records it. */
export type EffectAnswer =
  | { readonly kind: 'accepted' | 'in_progress'; readonly entry: string }
  | { readonly kind: 'confirmed'; readonly result?: unknown; readonly entry: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly entry: string }
  /** It left, and no usable answer came: it may have happened. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly entry: string }
  /** It never left, or was turned away unread: nothing can have happened. */
  | { readonly kind: 'not_sent'; readonly reason: string; readonly entry: string };

export type ProbeAnswer =
  | {
      readonly kind: 'known';
      readonly answer: Exclude<EffectAnswer, { kind: 'unknown' | 'not_sent' }>;
      readonly entry: string;
    }
  /** Never seen. Means "not done" only once `horizonMs` has passed since dispatch. */
  | { readonly kind: 'never_seen'; readonly horizonMs: number; readonly entry: string }
  | { readonly kind: 'no_answer'; readonly reason: string; readonly entry: string };

export interface EffectOptions {
  /** The caller has recorded the intent and records the outcome (dispatch does, in its own transactions). @default false */
  readonly recorded?: boolean;
}
