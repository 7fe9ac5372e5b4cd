import { describe, expect, it } from '@jest/globals';
import { canonicalBytes, TOPICS } from '@dmitry/contracts';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { countAnnouncements } from '../src/core/index.ts';

const told = (topic: string, data: object) => ({
  topic,
  key: 'acme/subject',
  value: canonicalBytes({ specversion: '1.0', id: '1', source: '/dmitry', type: topic, tenantid: 'acme', data }),
  headers: {},
});
const decision = (verdict: string, action_type: string) =>
  told(TOPICS.actionDecided, { verdict, action: { action_type } });

describe('what is counted of announcements', () => {
  const metrics = new MemoryMetrics();
  const count = countAnnouncements(metrics);
  count([
    told(TOPICS.findingRevised, { activity_id: 1, risk_score: 61 }),
    told(TOPICS.findingRevised, { activity_id: 2 }),
    told(TOPICS.incidentRevised, { band: 'critical', status: 'open' }),
    decision('ALLOW', 'monitor'),
    decision('ALLOW', 'monitor'),
    decision('DENY', 'text from outside'),
    told(TOPICS.approvalRequested, {}),
    told(TOPICS.runFinished, { status: 'escalated', effects: [{ state: 'escalated' }, { state: 'confirmed' }] }),
    told('security-events.dlq', {}),
  ]);

  it.each([
    ['pipeline_finding_revisions_total', { activity: 'new', band: 'high' }, 1],
    ['pipeline_finding_revisions_total', { activity: 'revised', band: 'unscored' }, 1],
    ['pipeline_incident_revisions_total', { band: 'critical', status: 'open' }, 1],
    ['pipeline_decisions_total', { verdict: 'ALLOW', action: 'monitor' }, 2],
    ['pipeline_approvals_requested_total', {}, 1],
    ['pipeline_runs_finished_total', { status: 'escalated' }, 1],
    ['pipeline_effects_total', { state: 'escalated' }, 1],
    ['pipeline_effects_total', { state: 'confirmed' }, 1],
  ])('%s %j', (name, labels, times) => {
    expect(metrics.value(name, labels)).toBe(times);
  });

  it('is no text from outside: what is no word of the contract is counted as other', () => {
    expect(metrics.value('pipeline_decisions_total', { verdict: 'DENY', action: 'other' })).toBe(1);
    expect(metrics.value('pipeline_decisions_total', { verdict: 'DENY', action: 'text from outside' })).toBe(0);
  });
});
