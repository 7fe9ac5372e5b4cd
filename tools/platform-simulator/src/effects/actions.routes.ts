import { EntryId, ExecuteActionRequest, parseWith, strictObject, type SchemaFault } from '@dmitry/contracts';
import { Type } from 'typebox';
import { forTenant, ok, Refusal, type Reply, type Route, type TenantCall } from '../http/route.ts';
import type { EffectBook, EffectOutcome } from './effect-book.ts';
import { answerOf, logLineOf } from './effect-record.ts';

const EffectKey = Type.String({ pattern: '^[a-z2-7]{52}$' });
const UndoRequest = strictObject({
  undo_key: EffectKey,
  decision_ref: strictObject({ log: Type.String(), entry_id: EntryId }),
});

/** The effect contract (domain 2.4). */
export function actionRoutes(effects: EffectBook, horizonSeconds: number): readonly Route[] {
  const horizon = { 'effect-horizon': String(horizonSeconds) };
  const reply = (outcome: EffectOutcome): Reply => replyOf(outcome, horizon);
  return [
    forTenant('actions.execute', 'PUT', '/api/v1/actions/:key', ({ world, params, body }) => {
      const request = parseWith(ExecuteActionRequest, body);
      if (!request.ok) throw invalid(request.faults);
      return reply(effects.execute(world, keyOf(params), request.value));
    }),
    forTenant('actions.probe', 'GET', '/api/v1/actions/:key', ({ world, params }) =>
      reply(effects.probe(world, keyOf(params))),
    ),
    forTenant('actions.undo', 'POST', '/api/v1/actions/:key/undo', ({ world, params, body }) => {
      const request = parseWith(UndoRequest, body);
      if (!request.ok) throw invalid(request.faults);
      return reply(effects.undo(world, keyOf(params), request.value));
    }),
    forTenant('actions.log', 'GET', '/api/v1/actions', (call) => log(effects, call)),
  ];
}

function replyOf(outcome: EffectOutcome, horizon: Record<string, string>): Reply {
  switch (outcome.kind) {
    case 'answered': {
      const { status } = outcome.record;
      return {
        status: status === 'accepted' || status === 'in_progress' ? 202 : 200,
        body: answerOf(outcome.record),
        headers: horizon,
      };
    }
    case 'conflict': {
      const body = {
        error: 'this key is another action',
        code: 'digest_conflict',
        effect_key: outcome.record.effect_key,
      };
      return { status: 409, body, headers: horizon };
    }
    case 'not_reversible': {
      const body = { error: `${outcome.record.action_type} has no inverse`, code: 'not_reversible' };
      return { status: 409, body, headers: horizon };
    }
    case 'missing':
      return { status: 404, body: { error: 'this key was never seen', code: 'not_found' }, headers: horizon };
  }
}

function keyOf(params: TenantCall['params']): string {
  const key = parseWith(EffectKey, params['key']);
  if (!key.ok) throw new Refusal(400, 'invalid_effect_key', 'an effect key is 52 characters of lower-case base32');
  return key.value;
}

const invalid = (faults: readonly SchemaFault[]): Refusal =>
  new Refusal(400, 'invalid_action', 'the body is not as the contract says', faults);

/** `since` is a time (RFC 3339) or the `seq` of the last line already seen. */
function log(effects: EffectBook, { world, query }: TenantCall): Reply {
  const since = query.get('since');
  const seq = since !== null && /^\d+$/.test(since) ? Number(since) : undefined;
  const fromMs = since === null || seq !== undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (Number.isNaN(fromMs)) throw notSince();
  const actions = effects
    .list(world.tenant)
    .filter((record) => (seq === undefined ? Date.parse(record.received_at) >= fromMs : record.seq > seq))
    .map(logLineOf);
  return ok({ actions, total: actions.length });
}

const notSince = (): Refusal => new Refusal(400, 'invalid_query', 'since is a time or the seq of a line');
