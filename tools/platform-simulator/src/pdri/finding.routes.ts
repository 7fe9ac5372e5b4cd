import { textAt, textsAt } from '../graph/json.ts';
import { forTenant, intOf, notFound, numberOf, ok, Refusal, type Route, type TenantCall } from '../http/route.ts';
import { type FindingStatus, OPEN_STATUSES, type RiskFinding, STATUSES } from './finding-book.ts';

const VERBS: readonly (readonly [string, FindingStatus])[] = [
  ['acknowledge', 'acknowledged'],
  ['start-progress', 'in_progress'],
  ['resolve', 'resolved'],
  ['false-positive', 'false_positive'],
];
const ORDERS = ['created_at', 'updated_at', 'risk_score', 'severity', 'last_seen_at'] as const;

/** PDRI's findings API and its gateway twin (domain 8.2). */
export function findingRoutes(): readonly Route[] {
  return [
    forTenant('pdri.findings', 'GET', '/api/v1/findings', list),
    forTenant('pdri.finding_statistics', 'GET', '/api/v1/findings/statistics', statistics),
    forTenant('pdri.findings_of_entity', 'GET', '/api/v1/findings/entity/:id', ofEntity),
    forTenant('pdri.finding', 'GET', '/api/v1/findings/:id', (call) => ok(findingOf(call))),
    forTenant('pdri.finding_patch', 'PATCH', '/api/v1/findings/:id', patch),
    forTenant('pdri.finding_delete', 'DELETE', '/api/v1/findings/:id', remove),
    forTenant('pdri.finding_tags', 'POST', '/api/v1/findings/:id/tags', patch),
    ...VERBS.map(([verb, status]): Route =>
      forTenant(`pdri.finding_${verb.replace('-', '_')}`, 'POST', `/api/v1/findings/:id/${verb}`, (call) =>
        setStatus(call, status),
      ),
    ),
    forTenant('pdri.risk_findings', 'GET', '/risk/findings', list),
    forTenant('pdri.risk_finding', 'GET', '/risk/findings/:id', (call) => ok(findingOf(call))),
    forTenant('pdri.risk_finding_status', 'PUT', '/risk/findings/:id/status', (call) => {
      const status = STATUSES.find((known) => known === textAt(call.body, 'status'));
      if (!status || status === 'open')
        throw new Refusal(422, 'invalid_status', `status must be one of ${STATUSES.slice(1).join(', ')}`);
      return setStatus(call, status);
    }),
  ];
}

function findingOf({ world, params, nowMs }: TenantCall): RiskFinding {
  world.pdri.findings.list(nowMs); // brings the SLA up to date
  const found = world.pdri.findings.get(params['id'] ?? '');
  if (!found) throw notFound('the finding');
  return found;
}

const TEXT_FILTERS = ['status', 'severity', 'finding_type'] as const;

function matches(finding: RiskFinding, query: URLSearchParams): boolean {
  const entity = query.get('entity_id');
  const tags = (query.get('tags') ?? '').split(',').filter(Boolean);
  return (
    TEXT_FILTERS.every((name) => (query.get(name) ?? finding[name]) === finding[name]) &&
    (entity === null || finding.entities_involved.some((one) => one.entity_id === entity)) &&
    tags.every((tag) => finding.tags.includes(tag)) &&
    withinBounds(finding, query)
  );
}

function withinBounds(finding: RiskFinding, query: URLSearchParams): boolean {
  const least = numberOf(query, 'min_risk_score') ?? 0;
  const most = numberOf(query, 'max_risk_score') ?? 1;
  const after = query.get('created_after') ?? '';
  const before = query.get('created_before') ?? '9'; // later than any year that ISO 8601 writes with four digits
  const { risk_score: score, created_at: created } = finding;
  return score >= least && score <= most && created >= after && created <= before;
}

function list({ world, query, nowMs }: TenantCall) {
  const page = intOf(query, 'page', { otherwise: 1, min: 1, max: 100_000 });
  const size = intOf(query, 'page_size', { otherwise: 20, min: 1, max: 100 });
  const order = ORDERS.find((known) => known === (query.get('order_by') ?? 'created_at'));
  if (!order) throw new Refusal(422, 'invalid_query', `order_by must be one of ${ORDERS.join(', ')}`);
  const sign = query.get('order_desc') === 'false' ? 1 : -1;
  const all = world.pdri.findings
    .list(nowMs)
    .filter((finding) => matches(finding, query))
    .sort((a, b) => sign * compare(a[order], b[order]) || (a.finding_id < b.finding_id ? -1 : 1));
  const from = (page - 1) * size;
  return ok({
    findings: all.slice(from, from + size),
    total: all.length,
    page,
    page_size: size,
    has_more: from + size < all.length,
    schema_version: '1.0.0',
  });
}

const compare = (a: string | number, b: string | number): number => (a === b ? 0 : a < b ? -1 : 1);

function statistics({ world, nowMs }: TenantCall) {
  const all = world.pdri.findings.list(nowMs);
  const by = (member: 'status' | 'severity' | 'finding_type') =>
    all.reduce<Record<string, number>>(
      (counts, one) => ({ ...counts, [one[member]]: (counts[one[member]] ?? 0) + 1 }),
      {},
    );
  return ok({
    total: all.length,
    by_status: by('status'),
    by_severity: by('severity'),
    by_type: by('finding_type'),
    sla_breached: all.filter((one) => one.sla_breached).length,
  });
}

function ofEntity({ world, params, query, nowMs }: TenantCall) {
  const closedToo = query.get('include_resolved') === 'true';
  const all = world.pdri.findings
    .list(nowMs)
    .filter((one) => closedToo || OPEN_STATUSES.has(one.status))
    .filter((one) => one.entities_involved.some((entity) => entity.entity_id === params['id']));
  return ok({ findings: all, total: all.length });
}

function patch(call: TenantCall) {
  const finding = findingOf(call);
  finding.assigned_to = textAt(call.body, 'assigned_to') ?? finding.assigned_to;
  finding.tags = [...new Set([...finding.tags, ...textsAt(call.body, 'tags')])].sort();
  return ok(finding);
}

function remove(call: TenantCall) {
  call.world.pdri.findings.remove(findingOf(call).finding_id);
  return { status: 204 };
}

function setStatus(call: TenantCall, status: FindingStatus) {
  const finding = findingOf(call);
  const reason = textAt(call.body, 'reason') ?? textAt(call.body, 'resolution_notes') ?? null;
  call.world.pdri.findings.setStatus(finding, status, { reason, nowMs: call.nowMs });
  return ok(finding);
}
