import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseWith, SecurityEvent } from '@dmitry/contracts';
import {
  compileRules,
  type CorrelationEvent,
  createFold,
  defaultRules,
  type FindingDraft,
  groupIncidents,
  logSourceOf,
} from '@dmitry/correlation';
import { normalise, type NormalisedEvent } from '@dmitry/normalise';
import { isoTime } from '@dmitry/kit';
import { type Harness, startHarness } from './support/harness.ts';

const FOLDER = path.join(import.meta.dirname, '../../../examples/incident');
const linesOf = (file: string): readonly Record<string, unknown>[] =>
  readFileSync(path.join(FOLDER, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const SECURITY = linesOf('security-events.ndjson');
const TRAIL = linesOf('cloudtrail.ndjson');

function normalised(records: readonly Record<string, unknown>[]): readonly (NormalisedEvent & { record: unknown })[] {
  return records.map((record) => {
    const result = normalise('auto', record, { tenant: 'demo' });
    if (!result.ok) throw new Error(JSON.stringify(result.faults));
    return { ...result, record };
  });
}

const correlationEvent = (one: NormalisedEvent & { record: unknown }): CorrelationEvent => ({
  ...one.identity,
  record: one.record,
  event: one.event,
  entities: one.entities,
  logsource: logSourceOf(one.format),
  digest: one.identity.id,
});

function findingsOf(records: readonly Record<string, unknown>[]): readonly FindingDraft[] {
  const fold = createFold(compileRules(defaultRules()), { tenant: 'demo' });
  return fold.observe(fold.empty(), normalised(records).map(correlationEvent)).findings;
}

describe('examples/incident', () => {
  let found: readonly FindingDraft[];
  beforeAll(() => {
    found = findingsOf([...SECURITY, ...TRAIL]);
  });

  it('holds SecurityEvents that keep to the wire schema and name no tenant', () => {
    expect(SECURITY.length).toBeGreaterThanOrEqual(40);
    for (const event of SECURITY) expect(parseWith(SecurityEvent, event)).toMatchObject({ ok: true });
    expect(SECURITY.every((event) => !('tenant_id' in event))).toBe(true);
  });

  it('holds only documentation addresses and accounts (RFC 5737), and every record has its own id', () => {
    const text = JSON.stringify([SECURITY, TRAIL]);
    for (const address of text.match(/\b\d{1,3}(\.\d{1,3}){3}\b/g) ?? []) {
      expect(address).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\./);
    }
    expect(new Set(SECURITY.map((event) => event['event_id'])).size).toBe(SECURITY.length);
    expect(new Set(TRAIL.map((event) => event['eventID'])).size).toBe(TRAIL.length);
  });

  it('makes the rules fire: at least six distinct findings, some high or critical', () => {
    const rules = new Set(found.map((finding) => finding.rule.id));
    expect(rules.size).toBeGreaterThanOrEqual(6);
    for (const id of [
      'dmitry-pdri-shadow-ai',
      'dmitry-pdri-type-privilege-escalation',
      'dmitry-pdri-excessive-export',
      'dmitry-pdri-auth-failure-burst',
      'dmitry-aws-admin-user',
      'dmitry-aws-trail-stopped',
      'dmitry-aws-secrets-bulk',
      'dmitry-aws-console-without-mfa',
    ]) {
      expect([...rules]).toContain(id);
    }
  });

  it('groups into at least two incidents, the first high or critical', () => {
    const incidents = groupIncidents(found, { tenant: 'demo' });
    expect(incidents.length).toBeGreaterThanOrEqual(2);
    expect(['high', 'critical']).toContain(incidents[0]?.band);
  });

  it('leaves the ordinary work alone: none of its people is in a finding of level high or more', () => {
    const loud = found.filter((finding) => ['high', 'critical'].includes(finding.level));
    const named = new Set(loud.flatMap((finding) => finding.entities.map((entity) => entity.id)));
    for (const quiet of ['identity:r.okafor', 'identity:l.haas', 'arn:aws:iam::111122223333:user/ann.wolf']) {
      expect(named.has(quiet)).toBe(false);
    }
  });
});

describe('examples/incident in the simulator', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
    const trail = normalised(TRAIL).map(({ identity, event, entities }) => ({
      event_id: identity.id,
      source_system_id: identity.source,
      timestamp: isoTime(identity.timeMs),
      ocsf: event,
      entities,
    }));
    const replies = harness.simulator.ingest('acme', [...SECURITY, ...trail]);
    expect(replies.filter((reply) => 'error' in reply)).toEqual([]);
  });
  afterAll(() => harness.simulator.close());

  it('makes a graph in which the tool, the agent and the stolen key are the risky ones', async () => {
    const board = (await harness.get('/dashboard/overview')).body;
    expect(board.open_findings).toBeGreaterThanOrEqual(3);
    const shadow = (await harness.get('/risk/findings?finding_type=shadow_ai')).body.findings[0];
    expect(shadow.primary_entity_id).toBe('ai:meeting-scribe');
    const privileged = (await harness.get('/risk/findings?finding_type=privileged_identity')).body.findings[0];
    expect(privileged.primary_entity_id).toBe('identity:svc-ops-agent');
    const payroll = (await harness.get('/analytics/exposure-paths/datastore%3Apayroll-ledger')).body.paths;
    expect(payroll.map((one: { path: string[] }) => one.path)).toContainEqual([
      'datastore:payroll-ledger',
      'datastore:export-staging',
      'external:drop.files.example',
    ]);
    const exposure = await harness.get(
      `/analytics/exposure-paths/${encodeURIComponent('arn:aws:iam::111122223333:user/support-sync')}`,
    );
    expect(exposure.body.paths.map((one: { target_id: string }) => one.target_id)).toContain('203.0.113.77');
  });
});
