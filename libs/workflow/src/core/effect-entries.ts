import type { ExecuteActionRequest, Run } from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import type { EntryDraft } from '@dmitry/trust-ledger';
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

/** The entry that closes it, written with the state that it causes. */
export const outcomeDraft = (
  { run, effect }: { readonly run: Run; readonly effect: RunEffect },
  facts: { readonly intent: string; readonly status: string; readonly answer: unknown; readonly latencyMs: number },
): EntryDraft => ({
  type: 'outcome',
  refs: { intent: facts.intent, decision: run.decision_id },
  facts: { ...SERVICE, status: facts.status, latency_ms: facts.latencyMs },
  committed: { effect_key: effect.effect_key, run: run.id, answer: facts.answer },
  payload: { answer: facts.answer },
  lookups: lookupsOf(run, effect.effect_key),
});

const lookupsOf = (run: Run, effectKey: string): NonNullable<EntryDraft['lookups']> => ({
  run: run.id,
  effect: effectKey,
  ...(run.finding_id ? { finding: run.finding_id } : {}),
});
