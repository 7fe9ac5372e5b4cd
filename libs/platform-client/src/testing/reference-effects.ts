import type { EffectLogLine, ExecuteActionRequest, UndoActionRequest } from '@dmitry/contracts';
import { type Clock, isoTime } from '@dmitry/kit';
import type { OutboundRequest } from '@dmitry/outbound';
import type { ScriptedAnswer } from '@dmitry/outbound/memory';

interface Done {
  readonly line: EffectLogLine;
  acts: number;
}

/** Action types without an inverse. */
const FINAL: ReadonlySet<string> = new Set(['revoke_credentials', 'emergency_lockdown', 'notify_admin']);
const HORIZON = { 'effect-horizon': '90' };

export interface EffectAnswers {
  /** @returns undefined for a request that is not about effects */
  answer(request: OutboundRequest): ScriptedAnswer | undefined;
  /** How often a key changed the world. */
  acts(effectKey: string): number;
}

/** The effect contract (domain.md 2.4) of one tenant: one act per key, whatever is sent. */
export function effectAnswers(clock: Clock): EffectAnswers {
  const done = new Map<string, Done>();
  const answerOf = ({ line }: Done): ScriptedAnswer => ({ status: 200, headers: HORIZON, body: replyOf(line) });
  const conflict = (code: string): ScriptedAnswer => ({ status: 409, body: { error: code, code }, headers: HORIZON });

  const perform = (
    effectKey: string,
    line: Omit<EffectLogLine, 'effect_key' | 'status' | 'received_at'>,
    late: boolean,
  ): ScriptedAnswer => {
    const before = done.get(effectKey);
    if (before)
      return before.line.action_digest === line.action_digest ? answerOf(before) : conflict('digest_conflict');
    const verdict = late
      ? ({ status: 'refused', reason: 'expired' } as const)
      : ({ status: 'confirmed', result: { done: true } } as const);
    const effect = {
      line: { effect_key: effectKey, ...line, ...verdict, received_at: isoTime(clock.now()) },
      acts: late ? 0 : 1,
    };
    done.set(effectKey, effect);
    return answerOf(effect);
  };

  const execute = (effectKey: string, request: ExecuteActionRequest): ScriptedAnswer => {
    const { action_type, target, action_digest, not_after } = request;
    return perform(effectKey, { action_type, target, action_digest }, clock.now() > Date.parse(not_after));
  };

  const undo = (effectKey: string, request: UndoActionRequest): ScriptedAnswer => {
    const undone = done.get(effectKey);
    if (!undone) return { status: 404, body: { code: 'not_found' }, headers: HORIZON };
    if (FINAL.has(undone.line.action_type)) return conflict('not_reversible');
    const { action_type, target } = undone.line;
    return perform(
      request.undo_key,
      { action_type: `undo_${action_type}`, target, action_digest: `undo-of-${effectKey}` },
      false,
    );
  };

  const probe = (effectKey: string): ScriptedAnswer => {
    const effect = done.get(effectKey);
    return effect ? answerOf(effect) : { status: 404, body: { code: 'not_found' }, headers: HORIZON };
  };

  const log = (): ScriptedAnswer => {
    const actions = [...done.values()].map(({ line }) => line);
    return { status: 200, body: { actions, total: actions.length } };
  };

  return {
    acts: (effectKey) => done.get(effectKey)?.acts ?? 0,
    answer({ method, path, body }) {
      const [, key = '', rest] = /^\/api\/v1\/actions(?:\/([^/?]+))?(\/undo)?(?:\?.*)?$/.exec(path) ?? [];
      if (!path.startsWith('/api/v1/actions')) return undefined;
      if (method === 'PUT') return execute(key, body as ExecuteActionRequest);
      if (method === 'GET') return key ? probe(key) : log();
      if (rest) return undo(key, body as UndoActionRequest);
      const { action_id } = body as { action_id: string };
      return { status: 200, body: { action_id, status: 'executed', result: {}, timestamp: isoTime(clock.now()) } };
    },
  };
}

function replyOf({ effect_key, status, reason, result }: EffectLogLine): unknown {
  return { effect_key, status, ...(reason ? { reason } : {}), ...(result ? { result } : {}) };
}
