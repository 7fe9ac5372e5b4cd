import type { JudgedRecord } from '@dmitry/safety-gate';

/** First wait of a decision that was put off, and the longest; `resume` ends every wait at once. */
const MIN_WAIT_MS = 30_000;
const MAX_WAIT_MS = 600_000;

/** When what was put off at `sinceMs` is judged again: the longer it has waited the rarer, within bounds. */
export const nextLookMs = (sinceMs: number, nowMs: number): number =>
  nowMs + Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, Math.floor((nowMs - sinceMs) / 2)));

/**
 * Until when an action may wait for its judgement: as long as the policy lets one of its impact wait for a person. The approvals that it
 * stands on end on their own.
 */
export function deferralEndMs({ decision, policy }: JudgedRecord): number {
  const sinceMs = Date.parse(decision.decided_at);
  if (policy === null || policy === 'invalid') return sinceMs;
  const entry = policy.catalogue.find((each) => each.action_type === decision.action.action_type);
  return entry ? sinceMs + policy.approvals[entry.impact].ttl_ms : sinceMs;
}
