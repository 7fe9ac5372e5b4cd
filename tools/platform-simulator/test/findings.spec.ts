import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aegisDelivery } from '../src/index.ts';
import { type Harness, securityEvent, startHarness, toolReads } from './support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ aegisWebhookSecret: 'webhook-secret-EXAMPLE' });
  harness.simulator.ingest('acme', [
    toolReads(),
    securityEvent({
      privilege_level: 'admin',
      event_type: 'AI_AGENT_PRIV_ACCESS',
      ai_context: { ai_tool_id: 'ai:agent', is_sanctioned: true },
    }),
    securityEvent({
      event_type: 'DATA_EXPORT',
      exposure_direction: 'internal_to_external',
      data_volume_estimate: 300_000_000,
    }),
  ]);
});
afterEach(() => harness.simulator.close());

const first = async (type: string) => (await harness.get(`/api/v1/findings?finding_type=${type}`)).body.findings[0];

describe('PDRI findings', () => {
  it('are made by the three rules from what the graph shows', async () => {
    expect(await first('shadow_ai')).toMatchObject({
      primary_entity_id: 'ai:notetaker',
      status: 'open',
      occurrence_count: 1,
    });
    expect(await first('privileged_identity')).toMatchObject({ primary_entity_id: 'identity:ann', severity: 'high' });
    const export_ = await first('excessive_export');
    expect(export_).toMatchObject({ severity: 'high', primary_entity_id: 'datastore:customer-db' });
    expect(export_.risk_score).toBeCloseTo(0.7, 10); // 300 MB outside and 50 MB to the tool, of 500
  });

  it('are one per type and entity while open, and a new one after they were resolved', async () => {
    const before = await first('shadow_ai');
    harness.simulator.ingest('acme', [toolReads()]);
    expect((await first('shadow_ai')).occurrence_count).toBe(before.occurrence_count + 1);
    await harness.post(`/api/v1/findings/${before.finding_id}/resolve`, { user_id: 'u', resolution_notes: 'talked' });
    harness.simulator.ingest('acme', [toolReads()]);
    const all = (await harness.get('/api/v1/findings?finding_type=shadow_ai')).body.findings;
    expect(all.map((one: any) => one.status).sort()).toEqual(['open', 'resolved']);
    const resolved = all.find((one: any) => one.status === 'resolved');
    expect(resolved).toMatchObject({ status_reason: 'talked', resolved_at: expect.any(String) });
  });

  it('can be filtered, ordered, paged, counted and asked for by entity', async () => {
    const page = (await harness.get('/api/v1/findings?page_size=1&page=2&order_by=risk_score')).body;
    expect(page).toMatchObject({ page: 2, page_size: 1, has_more: true });
    expect((await harness.get('/api/v1/findings?min_risk_score=1.1')).body.total).toBe(0);
    expect((await harness.get('/api/v1/findings?tags=identity_related')).body.total).toBeGreaterThan(0);
    expect((await harness.get('/api/v1/findings?order_by=shoe_size')).status).toBe(422);
    const statistics = (await harness.get('/api/v1/findings/statistics')).body;
    expect(statistics.total).toBe(page.total);
    expect((await harness.get('/api/v1/findings/entity/ai%3Anotetaker')).body.total).toBeGreaterThan(0);
  });

  it('miss their SLA when time passes', async () => {
    expect((await first('excessive_export')).sla_breached).toBe(false);
    await harness.clock.advance(25 * 3_600_000);
    expect((await first('excessive_export')).sla_breached).toBe(true);
  });

  it('change status by verb or by the gateway, can be assigned and tagged, and be deleted', async () => {
    const { finding_id: id } = await first('shadow_ai');
    expect((await harness.post(`/api/v1/findings/${id}/acknowledge`, { user_id: 'u' })).body.status).toBe(
      'acknowledged',
    );
    expect((await harness.post(`/api/v1/findings/${id}/start-progress`, {})).body.status).toBe('in_progress');
    const put = await harness.call('PUT', `/risk/findings/${id}/status`, {
      body: { status: 'false_positive', reason: 'known' },
    });
    expect(put.body).toMatchObject({ status: 'false_positive', status_reason: 'known' });
    expect((await harness.call('PUT', `/risk/findings/${id}/status`, { body: { status: 'gone' } })).status).toBe(422);
    const patched = await harness.call('PATCH', `/api/v1/findings/${id}`, {
      body: { assigned_to: 'sam', tags: ['b', 'a'] },
    });
    expect(patched.body).toMatchObject({ assigned_to: 'sam', tags: expect.arrayContaining(['a', 'b']) });
    expect((await harness.get(`/risk/findings/${id}`)).body.finding_id).toBe(id);
    expect((await harness.call('DELETE', `/api/v1/findings/${id}`)).status).toBe(204);
    expect((await harness.get(`/api/v1/findings/${id}`)).status).toBe(404);
  });
});

describe('Platform findings', () => {
  it('carry the scores of the graph on 0-100 with the Platform words, and details of them', async () => {
    const { findings } = (await harness.get('/api/v1/risk-findings')).body;
    const one = findings[0];
    const score = (await harness.get(`/scoring/${encodeURIComponent(one.entity_id)}`)).body.composite_score;
    expect(one.risk_score).toBeCloseTo(score * 100, 1);
    expect(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']).toContain(one.risk_level);
    const details = (await harness.get(`/api/v1/risk-findings/${one.id}`)).body;
    expect(details.factors.length).toBeGreaterThan(0);
    expect(details.related_entities.length).toBeGreaterThan(0);
    expect((await harness.get('/api/v1/risk-findings/f-none')).status).toBe(404);
    const ofTools = (await harness.get('/api/v1/risk-findings?entity_type=ai_tool')).body.findings;
    expect(ofTools.every((finding: any) => finding.entity_type === 'ai_tool')).toBe(true);
  });

  it('come from posted events too, under the id that the event gives', async () => {
    const posted = await harness.post('/api/v1/events', {
      source: 'dmitry',
      event_type: 'finding',
      finding_id: 'a'.repeat(64),
      entity_id: 'service:vault',
      title: 'Vault opened',
      timestamp: '2026-05-04T09:00:00Z',
    });
    expect(posted.status).toBe(202);
    expect((await harness.get(`/api/v1/risk-findings/${'a'.repeat(64)}`)).body).toMatchObject({
      source: 'dmitry',
      description: 'Vault opened',
    });
    expect((await harness.post('/api/v1/events', { source: 'pdri' })).status).toBe(400);
  });

  it('of an Aegis detection connect the tool with who used it and on what', async () => {
    await harness.post('/api/v1/events', {
      source: 'aegis',
      event_type: 'ai_tool_detection',
      actor: 'identity:cy',
      target: 'datastore:hr',
      tool_name: 'ai:ghost',
    });
    const edges = (await harness.get('/nodes/ai%3Aghost/edges')).body;
    expect(edges.map((edge: any) => edge.edge_type)).toEqual(['ACCESSES', 'INTEGRATES_WITH']);
    expect((await harness.get('/nodes/ai%3Aghost')).body.is_sanctioned).toBe(false);
  });

  it('propose actions whose impact is the fall of the score with the action done', async () => {
    const finding = (await harness.get('/api/v1/risk-findings?entity_type=ai_tool')).body.findings[0];
    const { actions } = (await harness.get(`/api/v1/risk-findings/${finding.id}/actions`)).body;
    expect(actions[0].estimated_impact).toBeGreaterThan(0);
    expect(actions.find((action: any) => action.action_type === 'rate_limit').estimated_impact).toBe(0);
    const before = (await harness.get('/nodes/ai%3Anotetaker/edges')).body.length;
    expect(before).toBeGreaterThan(0); // asking did nothing
  });

  it('find entities by any part of id, name, type or tag', async () => {
    expect((await harness.get('/api/v1/entities/search?q=CUSTOMER')).body.entities[0].entity_id).toBe(
      'datastore:customer-db',
    );
    expect((await harness.get('/api/v1/entities/search?q=ai&entity_type=ai_tool')).body.total).toBe(2);
    expect((await harness.get('/api/v1/entities/search')).status).toBe(400);
  });

  it('execute by the old call each time it is called, for want of a key', async () => {
    const finding = (await harness.get('/api/v1/risk-findings?entity_type=ai_tool')).body.findings[0];
    const { actions } = (await harness.get(`/api/v1/risk-findings/${finding.id}/actions`)).body;
    const body = { action_id: actions[0].action_id, params: {} };
    expect((await harness.post('/api/v1/actions/execute', body)).body.status).toBe('executed');
    await harness.post('/api/v1/actions/execute', body);
    expect(harness.simulator.effects('acme').map((record) => [record.kind, record.acts])).toEqual([
      ['legacy', 1],
      ['legacy', 1],
    ]);
    expect((await harness.post('/api/v1/actions/execute', { action_id: 'act-none' })).status).toBe(404);
    expect((await harness.post('/api/v1/actions/execute', {})).status).toBe(400);
  });
});

describe('Aegis', () => {
  it('takes summaries, incidents and entities, and tells what was new', async () => {
    expect((await harness.post('/api/v1/integrations/risk-summary', { source: 'pdri', summary: {} })).body.status).toBe(
      'accepted',
    );
    const ticket = (
      await harness.post('/api/v1/incidents', {
        source: 'pdri',
        entity_id: 'e',
        incident_type: 'breach',
        severity: 'high',
      })
    ).body;
    expect(ticket.ticket_id).toMatch(/^INC-/);
    expect((await harness.get('/api/v1/incidents')).body.incidents[0].ticket_id).toBe(ticket.ticket_id);
    expect((await harness.post('/api/v1/incidents', { source: 'pdri' })).status).toBe(400);
    const entities = [{ id: 'a' }, { id: 'b' }];
    expect((await harness.post('/api/v1/integrations/entity-sync', { entities })).body).toEqual({
      status: 'synced',
      matched: 0,
      new: 2,
    });
    expect((await harness.post('/api/v1/integrations/entity-sync', { entities })).body).toEqual({
      status: 'synced',
      matched: 2,
      new: 0,
    });
    expect((await harness.post('/api/v1/integrations/risk-summary', [])).status).toBe(400);
  });

  it('tells threats from the graph, since a time, and policies from tools and containment', async () => {
    const threats = (await harness.get('/api/v1/threat-intel')).body;
    expect(threats.map((threat: any) => threat.threat_id)).toEqual([
      'threat:ai:notetaker',
      'threat:external:unattributed',
    ]);
    expect((await harness.get('/api/v1/threat-intel?since=2027-01-01T00:00:00Z')).body).toEqual([]);
    expect((await harness.get('/api/v1/threat-intel?since=soon')).status).toBe(422);
    expect((await harness.get('/api/v1/policies/latest')).body).toMatchObject({
      sanctioned_ai_tools: ['ai:agent'],
      blocked_ai_providers: [],
    });
  });

  it('reports findings over a signed webhook; a wrong signature changes nothing', async () => {
    const finding = {
      id: '7',
      finding_type: 'shadow_ai_tool',
      resource_arn: 'arn:aws:s3:::hr',
      resource_type: 's3_bucket',
      ai_provider: 'wordy',
      evidence: { has_pii: true },
    };
    const delivery = aegisDelivery('webhook-secret-EXAMPLE', finding);
    const forged = await harness.call('POST', '/webhooks/aegis/findings', {
      body: delivery.body,
      headers: { 'x-aegis-signature': 'sha256=00' },
    });
    expect(forged.status).toBe(401);
    const good = await harness.call('POST', '/webhooks/aegis/findings', delivery);
    expect(good.body).toMatchObject({ status: 'accepted', pdri_event_id: 'aegis-7', count: 1 });
    expect((await harness.get('/nodes/ai%3Awordy')).body.is_sanctioned).toBe(false);
    const batch = aegisDelivery('webhook-secret-EXAMPLE', {
      findings: [
        {
          id: '8',
          finding_type: 'sensitive_data_exposure',
          resource_arn: 'q',
          resource_type: 'sqs',
          evidence: { data_sensitivity: 0.9 },
        },
        { id: '9', finding_type: 'odd' },
        { nothing: true },
      ],
    });
    expect((await harness.call('POST', '/webhooks/aegis/findings/batch', batch)).body).toMatchObject({
      status: 'partial',
      count: 2,
      errors: [{ index: 2 }],
    });
    expect((await harness.get('/webhooks/aegis/status')).body.signed).toBe(true);
  });
});
