import { isoTime } from '@dmitry/kit';
import type { EffectBook } from '../effects/effect-book.ts';
import { answerOf } from '../effects/effect-record.ts';
import { at, isObject, textAt } from '../graph/json.ts';
import { forTenant, notFound, ok, Refusal, type Route, type TenantCall } from '../http/route.ts';

/** What the Platform's clients call (domain 2.2); the effect contract has a file of its own. */
export function platformRoutes(effects: EffectBook): readonly Route[] {
  return [
    forTenant('platform.findings', 'GET', '/api/v1/risk-findings', findings),
    forTenant('platform.finding', 'GET', '/api/v1/risk-findings/:id', finding),
    forTenant('platform.finding_actions', 'GET', '/api/v1/risk-findings/:id/actions', actions),
    forTenant('platform.search', 'GET', '/api/v1/entities/search', search),
    forTenant('platform.events', 'POST', '/api/v1/events', accept),
    forTenant('platform.execute', 'POST', '/api/v1/actions/execute', (call) => execute(effects, call)),
  ];
}

/** Filters of the findings: each must be the value of the member of its name, case apart. */
const FILTERS = ['risk_level', 'entity_type', 'entity_id', 'source', 'finding_type'] as const;

function findings({ world, query, nowMs }: TenantCall) {
  const all = world.platform
    .findings(nowMs)
    .filter((one) => FILTERS.every((name) => (query.get(name) ?? one[name]).toLowerCase() === one[name].toLowerCase()));
  return ok({ findings: all, total: all.length });
}

function finding({ world, params, nowMs }: TenantCall) {
  const details = world.platform.details(params['id'] ?? '', nowMs);
  if (!details) throw notFound('the finding');
  return ok(details);
}

function actions({ world, params, nowMs }: TenantCall) {
  const proposed = world.platform.actions(params['id'] ?? '', nowMs);
  if (!proposed) throw notFound('the finding');
  return ok({ finding_id: params['id'], actions: proposed });
}

function search({ world, query }: TenantCall) {
  const wanted = query.get('q');
  if (wanted === null || wanted === '') throw new Refusal(400, 'invalid_query', 'q is required');
  const entities = world.platform
    .search(wanted)
    .filter((one) => (query.get('entity_type') ?? one.entity_type) === one.entity_type)
    .filter((one) => (query.get('risk_level') ?? one.risk_level).toUpperCase() === one.risk_level);
  return ok({ entities, total: entities.length });
}

function accept({ world, body, nowMs }: TenantCall) {
  if (!isObject(body)) throw new Refusal(400, 'invalid_event', 'an event is a JSON object');
  const answer = world.platform.accept(body, nowMs);
  if ('error' in answer) throw new Refusal(400, 'invalid_event', answer.error);
  return { status: 202, body: answer };
}

/** The predecessor's call: no key, no probe, no undo. Calling it twice acts twice. */
function execute(effects: EffectBook, { world, body, nowMs }: TenantCall) {
  const id = textAt(body, 'action_id');
  if (id === undefined) throw new Refusal(400, 'invalid_action', 'action_id is required');
  const action = world.platform.action(id);
  if (!action) throw notFound('the action');
  const params = at(body, 'params');
  const record = effects.executeUnkeyed(world, {
    action_type: action.action_type,
    target: action.target,
    params: isObject(params) ? params : {},
  });
  return ok({ action_id: id, status: 'executed', result: answerOf(record), timestamp: isoTime(nowMs) });
}
