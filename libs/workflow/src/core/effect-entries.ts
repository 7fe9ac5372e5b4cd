import { canonicalBytes, type ExecuteActionRequest, type Run, sha256Hex } from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import { type EntryDraft, recordable } from '@dmitry/trust-ledger';
import type { RunEffect } from './run-store.port.ts';

const SERVICE = { service: 'platform', operation: 'actions.execute' } as const;

/** What the Platform is asked to do. `log` names our log, so that it can ask for the decision's proof. */
export const requestOf = (run: Run, log: string, notAfterMs: number): ExecuteActionRequest => ({
  action_type: run.action.action_type,
  target: run.action.target,
  params: run.action.params,
  action_digest: run.action_digest,
  decision_ref: { log, entry_id: run.decision_id },
  not_after: isoTime(notAfterMs),
});

/** The entry that is durable before an effect leaves (promise P1). */
export const intentDraft = (
  run: Run,
  effectKey: string,
  request: ExecuteActionRequest,
  approvals: readonly string[],
): EntryDraft => ({
  type: 'intent',
  refs: { decision: run.decision_id, ...(approvals.length > 0 ? { approvals: [...approvals] } : {}) },
  facts: { ...SERVICE, effect: 'effect', action_type: run.action.action_type },
  committed: { action_digest: run.action_digest, effect_key: effectKey, run: run.id, finding: run.finding_id },
  payload: { request },
  lookups: lookupsOf(run, effectKey),
});

/** The entry that closes it, written with the state that it causes. Whatever was answered, there is one. */
export function outcomeDraft(
  { run, effect }: { readonly run: Run; readonly effect: RunEffect },
  facts: { readonly intent: string; readonly status: string; readonly answer: unknown; readonly latencyMs: number },
): EntryDraft {
  const answer = recordable(facts.answer);
  return {
    type: 'outcome',
    refs: { intent: facts.intent, decision: run.decision_id },
    facts: { ...SERVICE, status: facts.status, latency_ms: facts.latencyMs },
    committed: { effect_key: effect.effect_key, run: run.id, answer },
    payload: { answer },
    lookups: lookupsOf(run, effect.effect_key),
  };
}

/** What a person found out about an effect that nobody else could: it closes the intent anew. */
export const resolutionDraft = (
  { run, effect }: { readonly run: Run; readonly effect: RunEffect },
  { resolution, note }: { readonly resolution: 'confirmed' | 'not_done'; readonly note: string },
): EntryDraft => ({
  type: 'outcome',
  refs: { ...(effect.intent_entry ? { intent: effect.intent_entry } : {}), decision: run.decision_id },
  facts: { ...SERVICE, effect: 'effect', status: resolution, by: 'person' },
  committed: { effect_key: effect.effect_key, run: run.id, note },
  payload: { resolution, note },
  lookups: lookupsOf(run, effect.effect_key),
});

/** A run that somebody no longer wants, before anything of it left. */
export const cancellationDraft = (run: Run, reason: string): EntryDraft => ({
  type: 'decision',
  refs: { decision: run.decision_id },
  facts: { verdict: 'DENY', subject: 'run', codes: CANCELLED },
  committed: { action_digest: run.action_digest, run: run.id, reason },
  payload: { reason },
  lookups: { run: run.id, ...(run.finding_id ? { finding: run.finding_id } : {}) },
});

/** Why the effect of a cancelled run was refused. */
export const CANCELLED = 'workflow.cancelled';

/** Largest result that is kept with the effect and told to others; the ledger has the whole answer. */
export const MAX_RESULT_BYTES = 65_536;

/** A result as every later reader can take it: of one that is too large, its size and digest. */
export function keptResult(result: unknown): unknown {
  const value = recordable(result);
  const bytes = canonicalBytes(value);
  return bytes.length <= MAX_RESULT_BYTES ? value : { too_large: true, size: bytes.length, digest: sha256Hex(bytes) };
}

const lookupsOf = (run: Run, effectKey: string): NonNullable<EntryDraft['lookups']> => ({
  run: run.id,
  effect: effectKey,
  ...(run.finding_id ? { finding: run.finding_id } : {}),
});
