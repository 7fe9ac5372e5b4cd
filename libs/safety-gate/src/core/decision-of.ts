import { type Action, canonicalJson, type Decision } from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import type { Judgement } from './judgement.ts';
import type { GateRequest } from './safety-gate.port.ts';

/** A judgement as it crosses a wire; without an id it is a dry run. */
export function decisionOf(judgement: Judgement, request: GateRequest, nowMs: number): Decision {
  return {
    tenant_id: request.tenant,
    verdict: judgement.verdict,
    action: printable(request.action),
    action_digest: judgement.actionDigest,
    reasons: [...judgement.reasons],
    policy: judgement.policy,
    evidence: [...judgement.evidence],
    approvals: [...judgement.votes],
    confidence: judgement.confidence,
    blast_radius: judgement.blastRadius,
    needs: [...judgement.needs],
    ...(judgement.modified ? { modified: judgement.modified } : {}),
    finding_id: request.findingId,
    decided_at: isoTime(nowMs),
    expires_at: judgement.expiresMs === null ? null : isoTime(judgement.expiresMs),
  };
}

/** The action itself, or what can be said of one that JSON cannot carry: its refusal must still be recorded. */
function printable(action: Action): Action {
  try {
    canonicalJson(action);
    return action;
  } catch {
    const text = (value: unknown): string => String(value).toWellFormed().slice(0, 512);
    return {
      action_type: text(action.action_type) as Action['action_type'],
      target: { type: action.target.type, id: text(action.target.id) },
      params: {},
    };
  }
}
