import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Action, actionDigest, effectKey, type ExecuteActionRequest } from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import { createMemoryRecorder, type MemoryRecorder } from '@dmitry/outbound/memory';
import type { AegisClient, PdriClient, PlatformClient, ReadResult, ServiceRegistry } from '../core/index.ts';

/** Platform, PDRI, Aegis and registry, empty at first, each tenant a world of its own. */
export interface PlatformContractSubject {
  readonly platform: PlatformClient;
  readonly pdri: PdriClient;
  readonly aegis: AegisClient;
  readonly registry: ServiceRegistry;
  /** How often an effect key changed the tenant's world. */
  readonly acts: (tenant: string, effectKey: string) => number;
  readonly close: () => Promise<void>;
}

const ALICE = 'user:alice';
const OUTSIDE = 'ext:file-share';
const ENTRY = '01890000-0000-7000-8000-000000000001';

/** 300 MB leave the house: what every neighbour has to have an opinion on. */
const exportEvent = (id: string, nowMs: number) => ({
  event_id: id,
  event_type: 'DATA_EXPORT',
  source_system_id: 'contract-suite',
  timestamp: new Date(nowMs).toISOString(),
  identity_id: ALICE,
  target_entity_id: OUTSIDE,
  entity_type: 'external',
  exposure_direction: 'internal_to_external',
  sensitivity_tags: ['financial_related'],
  data_volume_estimate: 300_000_000,
});

const action: Action = { action_type: 'block_access', target: { type: 'identity', id: ALICE }, params: {} };

/** What Platform, PDRI and Aegis owe their clients. `nowMs` is the subject's own time. */
export function describePlatformContract(
  name: string,
  open: () => Promise<PlatformContractSubject>,
  nowMs: () => number,
): void {
  describe(`platform contract: ${name}`, () => {
    let subject: PlatformContractSubject;
    let recorder: MemoryRecorder;
    let context: CallContext;
    let stranger: CallContext;

    beforeEach(async () => {
      subject = await open();
      recorder = createMemoryRecorder();
      context = { tenant: 'acme', recorder };
      stranger = { tenant: 'globex', recorder };
    });
    afterEach(() => subject.close());

    const feed = (): Promise<unknown> => subject.pdri.ingest(context, exportEvent('evt-1', nowMs()));
    const request = (changes: Partial<ExecuteActionRequest> = {}): ExecuteActionRequest => ({
      ...action,
      action_digest: actionDigest('acme', action),
      decision_ref: { log: 'dmitry/acme', entry_id: ENTRY },
      not_after: new Date(nowMs() + 30_000).toISOString(),
      ...changes,
    });
    const key = (step: string): string => effectKey('acme', 'run', step, actionDigest('acme', action));

    it('takes an event once, however often it is fed', async () => {
      const event = exportEvent('evt-1', nowMs());
      expect(await subject.pdri.ingest(context, event)).toMatchObject({
        kind: 'confirmed',
        result: { status: 'processed' },
      });
      expect(await subject.pdri.ingest(context, event)).toMatchObject({
        kind: 'confirmed',
        result: { status: 'duplicate' },
      });
      const batch = [event, exportEvent('evt-2', nowMs())];
      expect(await subject.pdri.ingestBatch(context, batch)).toMatchObject({ result: { processed: 1, duplicates: 1 } });
    });

    it('serves findings, their details and what could be done, each citing the entry of its call', async () => {
      await feed();
      const list = valueOf(await subject.platform.findings(context));
      const [first] = list.findings;
      expect(first).toMatchObject({ entity_id: expect.any(String), risk_score: expect.any(Number) });
      const details = await subject.platform.finding(context, first?.id ?? '');
      expect(details).toMatchObject({ kind: 'fresh', value: { id: first?.id } });
      expect(recorder.entries.at(-1)).toMatchObject({ type: 'outcome', entry: details.entry });
      expect(valueOf(await subject.platform.actionsFor(context, first?.id ?? '')).actions.length).toBeGreaterThan(0);
      expect(valueOf(await subject.platform.searchEntities(context, 'alice')).entities[0]).toMatchObject({
        entity_id: ALICE,
      });
    });

    it('serves scores, paths, blast radius and neighbourhood of an entity', async () => {
      await feed();
      expect(valueOf(await subject.pdri.entityRisk(context, ALICE))).toMatchObject({ entity_id: ALICE });
      expect(valueOf(await subject.pdri.exposurePaths(context, ALICE)).paths[0]).toMatchObject({
        source_id: ALICE,
        target_id: OUTSIDE,
      });
      expect(valueOf(await subject.pdri.blastRadius(context, ALICE)).resource_ids).toEqual([OUTSIDE]);
      expect(
        valueOf(await subject.pdri.subgraph(context, ALICE))
          .nodes.map(({ id }) => id)
          .sort(),
      ).toEqual([OUTSIDE, ALICE]);
      const { findings } = valueOf(await subject.pdri.findings(context));
      expect(await subject.pdri.finding(context, findings[0]?.finding_id ?? '')).toMatchObject({ kind: 'fresh' });
    });

    it('says that a traversal is partial when it was cut', async () => {
      await feed();
      expect(await subject.pdri.exposurePaths(context, ALICE, { limit: 1 })).toMatchObject({
        kind: 'partial',
        reason: 'limit_reached',
      });
      expect(await subject.pdri.exposurePaths(context, ALICE, { depth: 99 })).toMatchObject({
        kind: 'partial',
        reason: 'depth_limited',
      });
      expect(await subject.pdri.subgraph(context, ALICE, { depth: 3 })).toMatchObject({
        kind: 'partial',
        reason: 'depth_limited',
      });
    });

    it('knows nothing of what another tenant was told', async () => {
      await feed();
      const { findings } = valueOf(await subject.platform.findings(context));
      expect(valueOf(await subject.platform.findings(stranger)).findings).toEqual([]);
      expect(await subject.platform.finding(stranger, findings[0]?.id ?? '')).toMatchObject({
        kind: 'unavailable',
        code: 'platform.not_found',
      });
      expect(await subject.pdri.entityRisk(stranger, ALICE)).toMatchObject({
        kind: 'unavailable',
        code: 'platform.not_found',
      });
    });

    it('does an effect once under its key and tells the same to a probe', async () => {
      await feed();
      const effect = key('once');
      const answer = await subject.platform.execute(context, effect, request());
      expect(['accepted', 'in_progress', 'confirmed']).toContain(answer.kind);
      await subject.platform.execute(context, effect, request());
      expect(subject.acts('acme', effect)).toBe(1);
      expect(await subject.platform.probe(context, effect)).toMatchObject({ kind: 'known' });
      expect(valueOf(await subject.platform.effectLog(context)).actions).toMatchObject([
        { effect_key: effect, action_type: 'block_access' },
      ]);
    });

    it('refuses another action under the same key', async () => {
      await feed();
      const effect = key('conflict');
      await subject.platform.execute(context, effect, request());
      const other = request({ action_digest: 'f'.repeat(64) });
      expect(await subject.platform.execute(context, effect, other)).toMatchObject({
        kind: 'refused',
        reason: 'digest_conflict',
      });
      expect(subject.acts('acme', effect)).toBe(1);
    });

    it('refuses an effect that comes too late', async () => {
      await feed();
      const effect = key('late');
      const late = request({ not_after: new Date(nowMs() - 1_000).toISOString() });
      expect(await subject.platform.execute(context, effect, late)).toMatchObject({ kind: 'refused' });
      expect(subject.acts('acme', effect)).toBe(0);
    });

    it("says of a key that it has never seen it, and within which time that may change; other tenants' keys included", async () => {
      await feed();
      const effect = key('never');
      const never = await subject.platform.probe(context, effect);
      expect(never).toMatchObject({ kind: 'never_seen', horizonMs: expect.any(Number) });
      await subject.platform.execute(context, effect, request());
      expect(await subject.platform.probe(stranger, effect)).toMatchObject({ kind: 'never_seen' });
    });

    it('undoes an effect under a key of its own, once', async () => {
      await feed();
      const effect = key('undo');
      await subject.platform.execute(context, effect, request());
      const undo = { undo_key: key('undo-key'), decision_ref: { log: 'dmitry/acme', entry_id: ENTRY } };
      for (let time = 0; time < 2; time++) {
        expect(['accepted', 'in_progress', 'confirmed']).toContain(
          (await subject.platform.undo(context, effect, undo)).kind,
        );
      }
      expect(subject.acts('acme', undo.undo_key)).toBe(1);
    });

    it("still takes the predecessor's execute call", async () => {
      await feed();
      const { findings } = valueOf(await subject.platform.findings(context));
      const { actions } = valueOf(await subject.platform.actionsFor(context, findings[0]?.id ?? ''));
      const answer = await subject.platform.executeUnkeyed(context, actions[0]?.action_id ?? '', {});
      expect(answer).toMatchObject({ kind: 'confirmed', result: { status: 'executed' } });
    });

    it('takes incidents and summaries for Aegis and serves its threats and policies', async () => {
      await feed();
      const reported_at = new Date(nowMs()).toISOString();
      const incident = {
        source: 'dmitry',
        reported_at,
        entity_id: ALICE,
        incident_type: 'breach',
        severity: 'high',
        description: 'export',
      };
      expect(await subject.aegis.reportIncident(context, incident)).toMatchObject({
        kind: 'confirmed',
        result: { ticket_id: expect.any(String) },
      });
      const summary = { total_entities: 2, high_risk_count: 1, medium_risk_count: 0, low_risk_count: 1, top_risks: [] };
      expect(
        await subject.aegis.sendRiskSummary(context, { source: 'dmitry', timestamp: reported_at, summary }),
      ).toMatchObject({ kind: 'confirmed' });
      expect(valueOf(await subject.aegis.threatIntel(context)).length).toBeGreaterThan(0);
      expect(valueOf(await subject.aegis.latestPolicies(context)).risk_thresholds).toMatchObject({ critical: 0.8 });
    });

    it('keeps the mesh: unknown until registered, unknown again once deregistered', async () => {
      const registration = {
        service_name: 'dmitry',
        service_type: 'dmitry',
        base_url: 'http://127.0.0.1:8765',
        version: '1.2',
        capabilities: [],
        health_endpoint: '/health',
      };
      const { registry } = subject;
      const answers = [
        await registry.heartbeat('dmitry', 'healthy'),
        await registry.register(registration),
        await registry.heartbeat('dmitry', 'degraded'),
        await registry.deregister('dmitry'),
        await registry.heartbeat('dmitry', 'healthy'),
      ];
      expect(answers).toEqual(['not_registered', 'ok', 'ok', 'ok', 'not_registered']);
    });

    it('answers health without a tenant and without an entry', async () => {
      for (const neighbour of [subject.platform, subject.pdri, subject.aegis]) {
        expect(await neighbour.health()).toMatchObject({ reachable: true, status: expect.any(String) });
      }
      expect(recorder.entries).toEqual([]);
    });
  });
}

function valueOf<T>(result: ReadResult<T>): T {
  if (result.kind === 'unavailable') throw new Error(`expected a value, got ${result.code}`);
  return result.value;
}
