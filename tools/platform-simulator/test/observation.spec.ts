import { describe, expect, it } from '@jest/globals';
import { RiskGraph } from '../src/graph/graph.ts';
import { applyObservation } from '../src/graph/apply-observation.ts';
import { entityTypeOf, readObservation } from '../src/graph/observation.ts';
import { factsA, factsB, levelOf } from '../src/graph/scoring.ts';
import { securityEvent, START_MS } from './support/harness.ts';

const read = (event: unknown) => {
  const result = readObservation(event, START_MS);
  if (!result.ok) throw new Error(result.error);
  return result.observation;
};
const ocsf = (members: Record<string, unknown>, entities: unknown[] = []) =>
  read({ event_id: 'o', source_system_id: 's', ocsf: members, entities });

describe('normalised events', () => {
  it.each([
    [{ class_uid: 3002, status_id: 1 }, 'SYSTEM_ACCESS'],
    [{ class_uid: 3002, status_id: 2 }, 'SYSTEM_AUTH_FAILURE'],
    [{ class_uid: 6003, status_id: 2 }, 'REFUSED_CALL'],
    [{ class_uid: 3001, status_id: 1, api: { operation: 'AttachUserPolicy' } }, 'PRIVILEGE_ESCALATION'],
    [{ class_uid: 6003, status_id: 1, pdri: { data_volume_bytes: 5 } }, 'DATA_EXPORT'],
    [{ class_uid: 6003, status_id: 1 }, 'SYSTEM_ACCESS'],
    [{ class_uid: 2004, pdri: { event_type: 'UNSANCTIONED_AI_TOOL' } }, 'UNSANCTIONED_AI_TOOL'],
  ])('%j is read as %s', (event, type) => {
    expect(ocsf(event).type).toBe(type);
  });

  it('keep what the PDRI extension says of direction, tags, privilege and tool', () => {
    const seen = ocsf(
      {
        class_uid: 6005,
        pdri: {
          event_type: 'AI_DATA_ACCESS',
          exposure_direction: 'internal_to_ai',
          sensitivity_tags: ['unknown', 'health_related'],
          privilege_level: 'admin',
          ai: { vendor: 'V', is_sanctioned: false },
        },
      },
      [
        { type: 'identity', id: 'ann', role: 'actor' },
        { type: 'ai_tool', id: 'ai:x', role: 'actor' },
        { type: 'data_store', id: 'db', role: 'target' },
        { type: 'planet', id: 'no' },
      ],
    );
    expect(seen).toMatchObject({
      direction: 'internal_to_ai',
      tags: ['health_related'],
      actor: { id: 'ann', fields: { privilege_level: 'admin' } },
      tool: { id: 'ai:x', fields: { vendor: 'V', is_sanctioned: false } },
      target: { id: 'db' },
    });
  });

  it('of a tool that acts itself describe the tool', () => {
    const seen = ocsf({ class_uid: 6005, pdri: { ai: { is_sanctioned: true } } }, [
      { type: 'ai_tool', id: 'ai:x', role: 'actor' },
    ]);
    expect([seen.actor?.fields, seen.tool]).toEqual([expect.objectContaining({ is_sanctioned: true }), undefined]);
  });

  it('from an address outside come in; without one they stay inside', () => {
    const origin = { type: 'external', id: '203.0.113.9', role: 'origin' };
    expect(ocsf({ class_uid: 6003 }, [origin]).direction).toBe('external_to_internal');
    expect(ocsf({ class_uid: 6003 }).direction).toBe('internal_to_internal');
  });
});

describe('entities', () => {
  it.each([
    ['datastore:x', undefined, 'data_store'],
    ['ai:x', undefined, 'ai_tool'],
    ['x', 'saas_app', 'external'],
    ['x', 'api', 'api'],
    ['constructor:x', undefined, 'service'],
  ])('%s named %s is of type %s', (id, named, type) => {
    expect(entityTypeOf(id, named, 'service')).toBe(type);
  });
});

describe('the graph', () => {
  it('makes a tool of an identity that turns out to be one, and keeps other types', () => {
    const graph = new RiskGraph();
    graph.observe({ id: 'x', type: 'identity' }, {}, 1);
    graph.observe({ id: 'x', type: 'ai_tool' }, {}, 2);
    graph.observe({ id: 'x', type: 'service' }, {}, 3);
    expect(graph.node('x')).toMatchObject({ type: 'ai_tool', observations: 3 });
  });

  it('has no edge from a node to itself', () => {
    const graph = new RiskGraph();
    applyObservation(graph, read(securityEvent({ identity_id: 'same', target_entity_id: 'same' })));
    expect(graph.edges()).toEqual([]);
  });

  it('puts an edge back beside the uses it had since', () => {
    const graph = new RiskGraph();
    applyObservation(graph, read(securityEvent()));
    const [cut] = graph.disconnect(graph.edges());
    applyObservation(graph, read(securityEvent()));
    graph.reconnect(cut ? [cut] : []);
    expect(graph.edge(cut?.id ?? '')?.activity).toMatchObject([{ uses: 2 }]); // within one minute
  });

  it('sends data that goes somewhere unnamed inside towards its destination', () => {
    const graph = new RiskGraph();
    applyObservation(graph, read(securityEvent({ metadata: { destination: 'service:lake' } })));
    expect(graph.edgesOf('service:lake', 'incoming')).toMatchObject([{ relation: 'MOVES_DATA_TO' }]);
  });

  it('reads a public, classified store of a manager as it was described', () => {
    const graph = new RiskGraph();
    const node = graph.observe(
      { id: 'db', type: 'data_store' },
      { fields: { is_public: true, data_classification: 'restricted', privilege_level: 'admin' } },
      START_MS,
    );
    graph.observe({ id: 'svc', type: 'service' }, {}, START_MS);
    graph.connect('db', 'svc', { relation: 'MANAGES', weight: 1, atMs: START_MS, bytes: 0 });
    const facts = { is_public: true, classification: 'restricted', privilege_level: 'admin' };
    expect(factsA(graph, node, [])).toMatchObject({ ...facts, has_manages_edge: true });
    expect(factsB(graph, node)).toMatchObject({ ...facts, edges: 1, new_edges_7d: 1 });
  });
});

describe('levels', () => {
  it.each([
    [0.8, 'critical'],
    [0.6, 'high'],
    [0.4, 'medium'],
    [0.2, 'low'],
    [0.19, 'minimal'],
  ] as const)('%d is %s', (score, level) => {
    expect(levelOf(score)).toBe(level);
  });
});
