import { eventOfAegisFinding } from '../aegis/aegis-finding.ts';
import { verifyAegisWebhook } from '../aegis/webhook.ts';
import { isoTime } from '@dmitry/kit';
import { itemsAt, textAt } from '../graph/json.ts';
import { forTenant, ok, Refusal, type Route, type TenantCall } from '../http/route.ts';

const MAX_BATCH = 100;

/** PDRI's ingest and the webhook by which Aegis reports to it (domain 8.2, 8.4, 8.14). */
export function ingestRoutes(webhookSecret: string | undefined): readonly Route[] {
  return [
    forTenant('pdri.ingest', 'POST', '/ingest/events', one),
    forTenant('pdri.ingest_batch', 'POST', '/ingest/events/batch', batch),
    forTenant('pdri.aegis_findings', 'POST', '/webhooks/aegis/findings', (call) =>
      webhook(call, webhookSecret, [call.body]),
    ),
    forTenant('pdri.aegis_findings_batch', 'POST', '/webhooks/aegis/findings/batch', (call) =>
      webhook(call, webhookSecret, itemsAt(call.body, 'findings')),
    ),
    forTenant('pdri.aegis_status', 'GET', '/webhooks/aegis/status', ({ world }) =>
      ok({ status: 'ready', signed: webhookSecret !== undefined, events: world.pdri.eventCount }),
    ),
  ];
}

function refuseForeign({ world }: TenantCall, event: unknown): void {
  const named = textAt(event, 'tenant_id');
  if (named !== undefined && named !== world.tenant) {
    throw new Refusal(403, 'tenant_mismatch', 'the event names another tenant than the X-Tenant-ID header');
  }
}

function one(call: TenantCall) {
  refuseForeign(call, call.body);
  const reply = call.world.pdri.ingest(call.body, call.nowMs);
  if ('error' in reply) throw new Refusal(422, 'invalid_event', reply.error);
  return ok(reply);
}

function batch(call: TenantCall) {
  const events = Array.isArray(call.body) ? (call.body as unknown[]) : itemsAt(call.body, 'events');
  if (events.length === 0 || events.length > MAX_BATCH) {
    throw new Refusal(422, 'invalid_batch', `a batch has 1 to ${MAX_BATCH} events`);
  }
  for (const event of events) refuseForeign(call, event);
  const replies = events.map((event) => call.world.pdri.ingest(event, call.nowMs));
  const count = (status: string) => replies.filter((reply) => 'status' in reply && reply.status === status).length;
  return ok({
    processed: count('processed'),
    duplicates: count('duplicate'),
    errors: replies.flatMap((reply, index) => ('error' in reply ? [{ index, error: reply.error }] : [])),
  });
}

function webhook(call: TenantCall, secret: string | undefined, findings: readonly unknown[]) {
  const signature = call.headers['x-aegis-signature'];
  if (
    secret !== undefined &&
    !verifyAegisWebhook(secret, call.rawBody, typeof signature === 'string' ? signature : '')
  ) {
    throw new Refusal(401, 'signature_invalid', 'X-Aegis-Signature is not that of the body');
  }
  const events = findings.map(eventOfAegisFinding);
  const replies = events.map((event) =>
    event ? call.world.pdri.ingest(event, call.nowMs) : { error: 'id and finding_type are required' },
  );
  const errors = replies.flatMap((reply, index) => ('error' in reply ? [{ index, error: reply.error }] : []));
  return ok({
    status: errors.length === 0 ? 'accepted' : 'partial',
    pdri_event_id:
      textAt(
        events.find((event) => event !== undefined),
        'event_id',
      ) ?? null,
    count: replies.length - errors.length,
    errors,
    received_at: isoTime(call.nowMs),
  });
}
