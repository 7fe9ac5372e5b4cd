import { isoTime } from '@dmitry/kit';
import { isObject, textAt } from '../graph/json.ts';
import { forTenant, intOf, ok, Refusal, type Route, type TenantCall } from '../http/route.ts';

/** What PDRI and Dmitry call of Aegis (domain 8.14). */
export function aegisRoutes(): readonly Route[] {
  return [
    forTenant('aegis.risk_summary', 'POST', '/api/v1/integrations/risk-summary', riskSummary),
    forTenant('aegis.entity_sync', 'POST', '/api/v1/integrations/entity-sync', entitySync),
    forTenant('aegis.incidents', 'POST', '/api/v1/incidents', incident),
    forTenant('aegis.incident_list', 'GET', '/api/v1/incidents', ({ world }) =>
      ok({ incidents: world.aegis.incidents }),
    ),
    forTenant('aegis.threat_intel', 'GET', '/api/v1/threat-intel', threats),
    forTenant('aegis.policies', 'GET', '/api/v1/policies/latest', ({ world, nowMs }) =>
      ok(world.aegis.policies(nowMs)),
    ),
    forTenant('aegis.containments', 'GET', '/api/v1/containments', ({ world }) =>
      ok({ containments: world.aegis.containments() }),
    ),
  ];
}

function objectOf({ body }: TenantCall) {
  if (!isObject(body)) throw new Refusal(400, 'invalid_body', 'the body must be a JSON object');
  return body;
}

function riskSummary(call: TenantCall) {
  call.world.aegis.summaries.push(objectOf(call));
  return ok({ status: 'accepted', received_at: isoTime(call.nowMs) });
}

const entitySync = (call: TenantCall) => ok(call.world.aegis.sync(objectOf(call)));

function incident(call: TenantCall) {
  const body = objectOf(call);
  const missing = ['entity_id', 'incident_type', 'severity'].filter((member) => textAt(body, member) === undefined);
  if (missing.length > 0) throw new Refusal(400, 'invalid_incident', `${missing.join(', ')} must be given`);
  return ok({ status: 'created', ticket_id: call.world.aegis.report(body, call.nowMs).ticket_id });
}

function threats({ world, query }: TenantCall) {
  const since = query.get('since');
  const sinceMs = since === null ? 0 : Date.parse(since);
  if (Number.isNaN(sinceMs)) throw new Refusal(422, 'invalid_query', 'since must be an ISO 8601 time');
  return ok(world.aegis.threats(sinceMs, intOf(query, 'limit', { otherwise: 100, min: 1, max: 500 })));
}
