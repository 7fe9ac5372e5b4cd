import { afterEach, expect, it } from '@jest/globals';
import { eventually } from '@dmitry/harness';
import { describeOrchestrator } from './support/suite.ts';

const TENANTS = ['degraded', 'lost', 'refused', 'halted'] as const;
/** Short, so that a suite sees an effect through; the order of the two is what matters. */
const env = () => ({ EFFECT_NOT_AFTER_MS: '2000' });
const simulatorEnv = { SIMULATOR_EFFECT_HORIZON_SECONDS: '3' };

describeOrchestrator('neighbours in trouble', { tenants: TENANTS, env, simulatorEnv }, (suite) => {
  afterEach(() => suite.fleet.simulator.clearKnobs());

  it('without PDRI findings are scored all the same, and say that something is missing', async () => {
    const down = { kind: 'status', status: 503, tenant: 'degraded' };
    const view = await suite.feed('degraded', { before: () => suite.fleet.simulator.knob('pdri.*', down) });
    const standing = (await view.findings()).filter(({ status }) => status !== 'resolved');
    expect(standing.length).toBeGreaterThan(5);
    expect(new Set(standing.map(({ score }) => score?.degraded))).toEqual(new Set([true]));
    const failed = (await view.entries('?type=outcome')).filter(({ entry }) => entry.facts.status !== 'success');
    expect(failed.length).toBeGreaterThan(0);
  }, 120_000);

  it('an effect whose answer was lost is probed and confirmed, and happened once', async () => {
    await suite.fleet.simulator.knob('actions.execute', { kind: 'hang_after', tenant: 'lost' });
    const view = await suite.feed('lost');
    const runs = await view.runs();
    expect(runs.length).toBeGreaterThan(0);
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    const effects = await suite.fleet.simulator.effects('lost');
    expect(effects.map(({ acts }) => acts)).toEqual(runs.map(() => 1));
    expect(runs.flatMap((run) => run.effects.map(({ attempts }) => attempts)).every((attempts) => attempts === 1)).toBe(
      true,
    );
  }, 120_000);

  it('an effect that never arrived is dispatched again under the same key, and happens once', async () => {
    await suite.fleet.simulator.knob('actions.execute', { kind: 'reset', times: 1, tenant: 'refused' });
    const view = await suite.feed('refused');
    const runs = await view.runs();
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    const effects = await suite.fleet.simulator.effects('refused');
    expect(effects.map(({ acts }) => acts)).toEqual(runs.map(() => 1));
  }, 120_000);

  it('halt stops dispatch of what was allowed before, and what waited goes on after it, once', async () => {
    const view = await suite.feed('halted');
    const before = (await suite.fleet.simulator.effects('halted')).length;
    await suite.orchestrator.process.stop();
    const evidence = (await view.findingsAbout('ai:meeting-scribe')).map((each) => each.evidence.entry_id).slice(0, 4);
    const action = { action_type: 'investigate', target: { type: 'ai_tool', id: 'ai:meeting-scribe' }, params: {} };
    const proposed = await view.post('/v1/actions', { action, confidence: 0.9, evidence });
    expect(proposed.json).toMatchObject({ decision: { verdict: 'ALLOW' }, run: { status: 'waiting' } });
    const due = async (): Promise<number> => {
      const sql = "SELECT due_ms FROM job WHERE tenant = 'halted' AND kind = 'run'";
      const [row] = await suite.fleet.database.query<{ due_ms: string }>(sql);
      return Number(row?.due_ms);
    };
    const plannedMs = await due();
    expect((await view.post('/v1/halt', { reason: 'drill' })).status).toBe(200);
    suite.orchestrator = await suite.fleet.startOrchestrator(env());
    await eventually('dispatch to be put off', async () => ((await due()) > plannedMs ? true : null));
    expect(await suite.fleet.simulator.effects('halted')).toHaveLength(before);
    expect((await view.get(`/v1/runs/${proposed.json.run.id}`)).json.status).toBe('waiting');
    expect((await view.post('/v1/halt/resume', { reason: 'drill over' })).status).toBe(200);
    await view.settled(90_000);
    expect((await view.get(`/v1/runs/${proposed.json.run.id}`)).json.status).toBe('succeeded');
    const effects = await suite.fleet.simulator.effects('halted');
    expect(effects.map(({ acts }) => acts)).toEqual(Array(before + 1).fill(1));
  }, 150_000);
});
