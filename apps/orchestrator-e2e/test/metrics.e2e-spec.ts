import { beforeAll, expect, it } from '@jest/globals';
import { TOPICS } from '@dmitry/contracts';
import { eventually, incidentEvents, type TenantView } from '@dmitry/harness';
import { type Sample, scrape, total } from './support/scrape.ts';
import { describeOrchestrator } from './support/suite.ts';

const TENANTS = ['first-tenant', 'second-tenant'] as const;

describeOrchestrator('what Prometheus reads', { tenants: TENANTS }, (suite) => {
  let view: TenantView;
  let samples: readonly Sample[];
  beforeAll(async () => {
    view = await suite.feed(TENANTS[0]);
    const runs = (await view.runs()).length;
    samples = await eventually('everything to be told', async () => {
      const seen = await scrape(suite.orchestrator);
      return total(seen, 'messaging_records_published_total', { topic: TOPICS.runFinished }) >= runs ? seen : null;
    });
  }, 120_000);

  it('counts the records of each topic, and shows that none waits', async () => {
    const topic = suite.fleet.inputOf(TENANTS[0]);
    expect(total(samples, 'messaging_records_consumed_total', { topic })).toBe(incidentEvents().length);
    expect(
      samples.some(({ name, labels }) => name === 'messaging_consumer_lag_records' && labels['topic'] === topic),
    ).toBe(true);
    expect(total(samples, 'messaging_consumer_lag_records')).toBe(0);
    const told = (name: keyof typeof TOPICS) =>
      total(samples, 'messaging_records_published_total', { topic: TOPICS[name] });
    expect(told('actionDecided')).toBe((await view.decisions()).length);
    expect(told('runFinished')).toBe((await view.runs()).length);
    expect(told('incidentRevised')).toBeGreaterThanOrEqual((await view.incidents()).length);
    expect(samples.filter(({ name }) => name === 'messaging_outbox_backlog_records').map(({ value }) => value)).toEqual(
      [0],
    );
  });

  it('counts what was new, what was found, decided and done, by the words of the contract', async () => {
    expect(total(samples, 'messaging_inbox_messages_total', { outcome: 'new' })).toBe(incidentEvents().length);
    const [findings, decisions, runs] = [await view.findings(), await view.decisions(), await view.runs()];
    expect(total(samples, 'pipeline_finding_revisions_total')).toBeGreaterThanOrEqual(findings.length);
    for (const verdict of ['ALLOW', 'STEP_UP', 'DENY']) {
      const own = decisions.filter((one) => one.verdict === verdict);
      expect([verdict, total(samples, 'pipeline_decisions_total', { verdict })]).toEqual([verdict, own.length]);
    }
    expect(total(samples, 'pipeline_approvals_requested_total')).toBe((await view.approvals()).length);
    expect(total(samples, 'pipeline_runs_finished_total', { status: 'succeeded' })).toBe(runs.length);
    expect(total(samples, 'pipeline_effects_total', { state: 'confirmed' })).toBe(
      runs.flatMap(({ effects }) => effects).length,
    );
  });

  it('counts the calls to neighbours by outcome, and what the analyst was asked', async () => {
    const effects = (await suite.fleet.simulator.effects(TENANTS[0])).length;
    const executed = { service: 'platform', operation: 'actions.execute', outcome: 'ok' };
    expect(total(samples, 'outbound_calls_total', executed)).toBe(effects);
    expect(total(samples, 'outbound_call_duration_seconds_count', { service: 'pdri' })).toBeGreaterThan(0);
    expect(total(samples, 'llm_answers_total', { outcome: 'answer' })).toBeGreaterThan(0);
  });

  it('names no tenant in a label, and another tenant makes no series but those of its own topic', async () => {
    const shape = (list: readonly Sample[]): ReadonlySet<string> =>
      new Set(
        list
          .filter(({ name, labels }) => !name.startsWith('http_') && !labels['topic']?.startsWith(suite.fleet.name))
          .map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`),
      );
    await suite.feed(TENANTS[1]);
    const later = await scrape(suite.orchestrator);
    for (const series of [...shape(later), ...shape(await scrape(suite.gateway))])
      expect(series).not.toMatch(/-tenant/);
    // labels of pipeline_… are words of the contract, of which a tenant may be the first to need one
    const added = [...shape(later)].filter((series) => !shape(samples).has(series));
    expect(added.filter((series) => !series.startsWith('pipeline_'))).toEqual([]);
    expect(added.filter((series) => /[0-9a-f]{8}|[@/]/.test(series))).toEqual([]);
  }, 120_000);

  it('times the requests that the gateway answers by route, method and status', async () => {
    const seen = await scrape(suite.gateway);
    const route = { method: 'GET', route: '/v1/incidents/:id', status_code: '404' };
    const before = total(seen, 'http_server_request_duration_seconds_count', route);
    expect((await view.get(`/v1/incidents/${'0'.repeat(64)}`)).status).toBe(404);
    const after = total(await scrape(suite.gateway), 'http_server_request_duration_seconds_count', route);
    expect(after).toBe(before + 1);
  });
});
