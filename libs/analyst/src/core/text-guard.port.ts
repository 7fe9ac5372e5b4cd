/** Where a text comes from: a caller's case, a person's question, a tool's result, the model's own answer. */
export type TextSource = 'case' | 'question' | 'tool' | 'model';

export interface Guarded {
  /** The same JSON with secrets taken out. Ids of entities stay: a target must be named as it is. */
  readonly value: unknown;
  /** JSON pointers of what was taken out. */
  readonly redacted: readonly string[];
  /** What reads like an instruction to the model: pointer and rule. It stays in place as data, and the advice says so. */
  readonly suspicious: readonly { readonly pointer: string; readonly rule: string }[];
}

/** Takes secrets out of everything that goes into a prompt or comes out of a model. Pure; never throws on JSON of bounded depth. */
export interface TextGuard {
  clean(value: unknown, source: TextSource): Guarded;
}
export const TextGuard = Symbol('TextGuard');
