import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isoTime } from '@dmitry/kit';
import { type Harness, securityEvent, START_MS, startHarness, toolReads } from './support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.simulator.close());

const DB = encodeURIComponent('datastore:customer-db');
const score = async (id: string): Promise<number> =>
  (await harness.get(`/scoring/${encodeURIComponent(id)}`)).body.composite_score;

describe('PDRI ingest', () => {
  it('takes the Kafka shape and the REST shape, and answers as PDRI does', async () => {
    const kafka = await harness.post('/ingest/events', securityEvent({ event_id: 'k-1' }));
    const rest = await harness.post('/ingest/events', {
      event_id: 'r-1',
      event_type: 'AI_TOOL_DISCOVERY',
      source_system_id: 'aegis',
      entity_id: 'crm',
      entity_type: 'service',
      entity_name: 'CRM',
      identity_id: 'bob',
      ai_context: { ai_tool_id: 'ai:writer', vendor: 'Wordy', is_sanctioned: false },
    });
    expect(kafka.body).toMatchObject({
      status: 'processed',
      event_id: 'k-1',
      entity_ids: ['identity:ann', 'datastore:customer-db'],
    });
    expect(rest.body).toMatchObject({ status: 'processed', entities_upserted: 3 });
    expect((await harness.get('/nodes/crm')).body).toMatchObject({ node_type: 'service', name: 'CRM' });
    expect((await harness.get('/nodes/aitools')).body).toMatchObject([
      { id: 'ai:writer', is_sanctioned: false, vendor: 'Wordy' },
    ]);
  });

  it('takes a normalised event with its entities, bytes and outcome', async () => {
    const reply = await harness.post('/ingest/events', {
      event_id: 'c-1',
      source_system_id: 'aws.cloudtrail/111122223333',
      timestamp: isoTime(START_MS),
      ocsf: {
        class_uid: 6003,
        activity_id: 2,
        status_id: 1,
        api: { operation: 'GetObject' },
        unmapped: { additionalEventData: { bytesTransferredOut: 900_000 } },
      },
      entities: [
        { type: 'identity', id: 'arn:aws:iam::111122223333:user/eve', role: 'actor' },
        { type: 'external', id: '203.0.113.9', role: 'origin' },
        { type: 'data_store', id: 'arn:aws:s3:::ledger', role: 'target' },
      ],
    });
    expect(reply.body.entities_upserted).toBe(3);
    const paths = await harness.get(
      `/analytics/exposure-paths/${encodeURIComponent('arn:aws:iam::111122223333:user/eve')}`,
    );
    expect(paths.body.paths[0]).toMatchObject({
      target_id: '203.0.113.9',
      path_length: 2,
      relations: ['ACCESSES', 'EXPORTS_TO'],
    });
  });

  it('counts an event once, however often it comes', async () => {
    const event = toolReads({ event_id: 'twice' });
    await harness.post('/ingest/events', event);
    const before = await score('datastore:customer-db');
    const again = await harness.post('/ingest/events', event);
    expect(again.body.status).toBe('duplicate');
    expect(await score('datastore:customer-db')).toBe(before);
  });

  it('answers a batch by counts and names the faults by index', async () => {
    const event = securityEvent();
    const reply = await harness.post('/ingest/events/batch', {
      events: [event, event, { event_id: 'x' }, securityEvent({ timestamp: 'never' })],
    });
    expect(reply.body).toMatchObject({ processed: 1, duplicates: 1, errors: [{ index: 2 }, { index: 3 }] });
    expect((await harness.post('/ingest/events/batch', { events: [] })).status).toBe(422);
    expect((await harness.post('/ingest/events', { event_id: 'x' })).status).toBe(422);
    expect((await harness.post('/ingest/events', { event_id: 'x', source_system_id: 's' })).body.error).toContain(
      'event_type',
    );
  });

  it('refuses an event that names another tenant', async () => {
    const reply = await harness.post('/ingest/events', securityEvent({ tenant_id: 'other' }));
    expect(reply.status).toBe(403);
    expect((await harness.get('/analytics/summary')).body.events_ingested).toBe(0);
  });

  it('makes no connection of an access that was refused', async () => {
    await harness.post('/ingest/events', securityEvent({ event_type: 'SYSTEM_AUTH_FAILURE' }));
    expect((await harness.get(`/nodes/${DB}/edges`)).body).toEqual([]);
  });
});

describe('scores', () => {
  it('move when events come, and only of what the events speak of', async () => {
    harness.simulator.ingest('acme', [
      securityEvent(),
      securityEvent({ target_entity_id: 'datastore:wiki', identity_id: 'identity:zoe' }),
    ]);
    const [before, wiki] = [await score('datastore:customer-db'), await score('datastore:wiki')];
    harness.simulator.ingest('acme', [
      toolReads(),
      toolReads({ identity_id: 'ai:second', ai_context: { ai_tool_id: 'ai:second' } }),
    ]);
    expect(await score('datastore:customer-db')).toBeGreaterThan(before);
    expect(await score('datastore:wiki')).toBe(wiki);
  });

  it('of the simulator are those of the formula: two tools, one export of 50 MB, one tag (scoring A vector)', async () => {
    const store = {
      target_entity_id: 'customer-db',
      data_volume_estimate: 0,
      metadata: { data_classification: 'confidential' },
    };
    harness.simulator.ingest('acme', [
      toolReads({ ...store, exposure_direction: 'internal_to_internal' }),
      toolReads({
        ...store,
        exposure_direction: 'internal_to_internal',
        identity_id: 'ai:two',
        ai_context: { ai_tool_id: 'ai:two' },
      }),
      {
        ...securityEvent({
          ...store,
          identity_id: null,
          event_type: 'SYSTEM_ACCESS',
          exposure_direction: 'internal_to_external',
        }),
        data_volume_estimate: 50_000_000,
        sensitivity_tags: ['identity_related'],
      },
    ]);
    const explain = (await harness.get('/scoring/customer-db/explain')).body;
    expect(explain.factor_breakdown.external_connection.value).toBeCloseTo(0.35, 10);
    expect(explain.factor_breakdown.ai_integration.value).toBeCloseTo(2 / 3, 10);
    expect(explain.factor_breakdown.data_volume.value).toBeCloseTo(0.7, 10);
    expect(explain.score_breakdown.exposure).toBeCloseTo(0.4461, 4);
    expect(explain.score_breakdown.sensitivity).toBeCloseTo(0.91, 2);
  });

  it('are explained by factors whose contributions come from their values', async () => {
    harness.simulator.ingest('acme', [toolReads()]);
    const { body } = await harness.get(`/scoring/${DB}/explain`);
    for (const factor of body.top_risk_factors)
      expect(factor.contribution).toBeCloseTo(factor.value * factor.weight, 12);
    expect(body.summary).toContain('datastore:customer-db');
    expect(body.recommendations.length).toBe(body.top_risk_factors.length);
  });

  it('come in batches, for all, with the weights, and not for what is unknown', async () => {
    harness.simulator.ingest('acme', [toolReads(), securityEvent()]);
    expect((await harness.post('/scoring/batch', { node_type: 'ai_tool' })).body.scores).toHaveLength(1);
    expect((await harness.post('/scoring/batch', { node_type: 'moon' })).status).toBe(422);
    expect((await harness.post('/scoring/all', {})).body.scored).toBe(3);
    expect((await harness.get('/scoring/weights/current')).body.composite).toEqual({
      exposure: 0.5,
      volatility: 0.3,
      sensitivity: 0.2,
    });
    expect((await harness.get('/scoring/nobody')).status).toBe(404);
  });

  it('become volatile when an old entity changes within a day', async () => {
    const old = isoTime(START_MS - 3 * 86_400_000);
    harness.simulator.ingest('acme', [
      securityEvent({ timestamp: old }),
      securityEvent({ timestamp: old, identity_id: 'identity:bob' }),
    ]);
    expect((await harness.get(`/scoring/${DB}`)).body.volatility_score).toBe(0);
    harness.simulator.ingest('acme', [toolReads()]);
    expect((await harness.get(`/scoring/${DB}`)).body.volatility_score).toBeGreaterThan(0);
  });
});

describe('reads of the graph', () => {
  beforeEach(() => {
    harness.simulator.ingest('acme', [
      securityEvent({ privilege_level: 'admin', metadata: { has_mfa: false } }),
      toolReads(),
      securityEvent({
        event_type: 'DATA_EXPORT',
        exposure_direction: 'internal_to_external',
        data_volume_estimate: 600_000_000,
        metadata: { destination: 'external:files.example' },
      }),
      securityEvent({ event_type: 'PRIVILEGE_ESCALATION', target_entity_id: 'service:billing' }),
    ]);
  });

  it('list nodes, one node, its neighbours and its edges by direction', async () => {
    expect((await harness.get('/nodes/datastores?limit=1')).body).toHaveLength(1);
    expect((await harness.get('/nodes/services')).body[0].id).toBe('service:billing');
    const node = await harness.get(`/nodes/${DB}?include_relationships=true`);
    expect(node.body.relationships.length).toBeGreaterThan(2);
    const incoming = (await harness.get(`/nodes/${DB}/edges?direction=incoming`)).body;
    const outgoing = (await harness.get(`/nodes/${DB}/edges?direction=outgoing`)).body;
    expect(incoming.every((edge: any) => edge.target_id === 'datastore:customer-db')).toBe(true);
    expect(incoming.length + outgoing.length).toBe(node.body.relationships.length);
    expect((await harness.get(`/nodes/${DB}/neighbors?limit=2`)).body).toHaveLength(2);
    expect((await harness.get(`/nodes/${DB}/edges?direction=sideways`)).status).toBe(422);
    expect((await harness.get(`/nodes/datastores?limit=0`)).status).toBe(422);
  });

  it('sum up: distribution, high risk above a threshold, totals, AI and external exposures', async () => {
    const distribution = (await harness.get('/analytics/distribution')).body;
    const total = Object.values(distribution as Record<string, number>).reduce((a, b) => a + b, 0);
    const summary = (await harness.get('/analytics/summary')).body;
    expect(total).toBe(summary.total_entities);
    expect(summary).toMatchObject({ events_ingested: 4, external_exposures: 1 });
    const risky = (await harness.get('/analytics/high-risk?threshold=0.3')).body;
    expect(risky.entities[0].composite_score).toBeGreaterThanOrEqual(0.3);
    expect((await harness.get('/analytics/high-risk?threshold=x')).status).toBe(422);
    expect((await harness.get('/analytics/ai-exposure')).body.paths[0]).toMatchObject({ target_id: 'ai:notetaker' });
    expect((await harness.get('/analytics/external-exposures')).body.exposures).toMatchObject([
      { data_volume_bytes: 600_000_000 },
    ]);
  });

  it('find exposure paths within the depth asked for', async () => {
    const deep = (await harness.get('/analytics/exposure-paths/identity%3Aann?max_depth=3')).body;
    const shallow = (await harness.get('/analytics/exposure-paths/identity%3Aann?max_depth=1')).body;
    expect(deep.paths.map((path: any) => path.target_id)).toContain('external:files.example');
    expect(shallow.total_paths).toBe(0);
    expect(deep.max_risk_path.risk_contribution).toBe(
      Math.max(...deep.paths.map((path: any) => path.risk_contribution)),
    );
  });

  it('tell the blast radius of an identity, direct and downstream, and its access paths', async () => {
    const direct = (await harness.get('/api/v1/identity/blast-radius/identity%3Aann')).body;
    const down = (await harness.get('/api/v1/identity/blast-radius/identity%3Aann/downstream')).body;
    expect(direct).toMatchObject({
      blast_radius: 2,
      breakdown: { data_stores: 1, services: 1, ai_tools: 0 },
      privilege_level: 'standard' === direct.privilege_level ? 'standard' : 'admin',
    });
    expect(down.total_blast_radius).toBe(down.direct_blast_radius + down.downstream_exposure_count);
    expect(down.external_exposures).toEqual(['external:files.example']);
    const rows = (await harness.get('/api/v1/identity/access-paths/identity%3Aann')).body.access_paths;
    expect(rows.map((row: any) => row.resource)).toContain('datastore:customer-db');
  });

  it('tell who is privileged, over-permissioned and unauthorised', async () => {
    expect((await harness.get('/api/v1/identity/privileged')).body.identities).toMatchObject([
      { identity_id: 'identity:ann', has_mfa: false },
    ]);
    expect((await harness.get('/api/v1/identity/over-permissioned')).body.identities).toMatchObject([
      { unused_permissions: 1, utilization_ratio: 0 },
    ]);
    expect((await harness.get('/api/v1/identity/unauthorized-access')).body.accesses).toMatchObject([
      { resource_id: 'datastore:customer-db' },
    ]);
    const summary = (await harness.get('/api/v1/identity/summary')).body;
    expect(summary.recommendations[0].priority).toBe('critical');
  });

  it('score by the Postgres formula at the gateway, with a subgraph and a dashboard', async () => {
    const entity = (await harness.get(`/entities/${DB}/risk-score`)).body;
    const { exposure, sensitivity, volatility } = entity.explain.dimensions;
    const sum =
      exposure.score * 0.45 +
      sensitivity.score * 0.3 +
      volatility.score * 0.15 +
      entity.explain.confidence.penalty * 0.1;
    expect(entity.composite_score).toBeCloseTo(sum, 12);
    const graph = (await harness.get(`/graph/entities?center_id=${DB}&depth=2`)).body;
    const ids = graph.nodes.map((node: any) => node.id);
    expect(graph.edges.every((edge: any) => ids.includes(edge.src_id) && ids.includes(edge.dst_id))).toBe(true);
    expect((await harness.get('/graph/entities?center_id=nobody')).status).toBe(404);
    expect((await harness.get('/graph/entities')).status).toBe(422);
    const board = (await harness.get('/dashboard/overview')).body;
    expect(board.total_entities).toBe(5);
    expect(board.trend.scores_increasing).toBeGreaterThan(0);
    expect(board.open_findings).toBe(
      Object.values(board.findings_by_severity as Record<string, number>).reduce((a, b) => a + b, 0),
    );
  });
});
