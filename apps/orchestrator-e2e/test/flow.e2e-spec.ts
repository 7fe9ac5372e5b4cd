import { beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadLetterTopic, type Finding, TOPICS } from '@dmitry/contracts';
import { eventually, type Json, runProgram, securityEvent, type TenantView } from '@dmitry/harness';
import { describeOrchestrator } from './support/suite.ts';

/** What later events did not take back. What was taken back depends on when it was seen; what stands does not. */
const standing = (findings: readonly Finding[]) => findings.filter(({ status }) => status !== 'resolved');

const TENANTS = ['acme', 'poison'] as const;

describeOrchestrator('from events to a verified proof', { tenants: TENANTS }, (suite) => {
  let acme: TenantView;
  beforeAll(async () => {
    acme = await suite.feed('acme');
  }, 120_000);

  it('events become scored findings and ranked incidents', async () => {
    const findings = standing(await acme.findings());
    const incidents = await acme.incidents();
    expect(findings.length).toBeGreaterThan(5);
    expect(findings.filter(({ score }) => score === null)).toEqual([]);
    expect(incidents.length).toBeGreaterThan(0);
    const scores = incidents.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(incidents[0]?.findings.length).toBeGreaterThan(1);
  });

  it('the analyst is asked, says by whom the answer is, and the gate decides on each proposal', async () => {
    const [worst] = await acme.incidents();
    const { json } = await acme.get(`/v1/incidents/${worst?.id}`);
    expect(json.advice.answer.provider).toContain('offline');
    const decisions = await acme.decisions();
    expect(json.advice.decisions.length).toBeGreaterThan(0);
    expect(decisions.map(({ id }) => id)).toEqual(expect.arrayContaining(json.advice.decisions));
  });

  it('each effect outside is that of one allowed decision, and happened once', async () => {
    const [runs, decisions, effects] = [
      await acme.runs(),
      await acme.decisions(),
      await suite.fleet.simulator.effects('acme'),
    ];
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    const planned = runs.flatMap((run) => run.effects.map(({ effect_key }) => effect_key)).sort();
    expect(effects.map(({ effect_key }) => effect_key).sort()).toEqual(planned);
    expect(effects.filter(({ acts }) => acts !== 1)).toEqual([]);
    const allowed = new Map(decisions.filter(({ verdict }) => verdict === 'ALLOW').map((one) => [one.id, one]));
    for (const effect of effects) {
      expect(allowed.get(effect.decision_ref.entry_id)?.action_digest).toBe(effect.action_digest);
    }
  });

  it('an action that needs a person runs after the person’s yes, and not after a no', async () => {
    const target = { type: 'data_store', id: 'datastore:payroll-ledger' };
    const about = await acme.findingsAbout(target.id);
    const evidence = about.slice(0, 4).map((each) => each.evidence.entry_id);
    const ask = async (ticket: string): Promise<Json> => {
      const action = { action_type: 'rate_limit', target, params: { ticket } };
      return (await acme.post('/v1/actions', { action, confidence: 0.95, evidence, finding_id: about[0]?.id })).json;
    };
    const yes = await ask('yes');
    const no = await ask('no');
    expect([yes.decision.verdict, no.decision.verdict]).toEqual(['STEP_UP', 'STEP_UP']);
    expect(await acme.vote(no.approval, false)).toMatchObject({ status: 'denied' });
    expect(await acme.vote(yes.approval, true)).toMatchObject({ status: 'approved' });
    await acme.settled();
    const limited = (await suite.fleet.simulator.effects('acme')).filter(
      ({ action_type }) => action_type === 'rate_limit',
    );
    expect(limited.map(({ action_digest, acts }) => [action_digest, acts])).toEqual([[yes.decision.action_digest, 1]]);
    const allow = (await acme.decisions()).find(({ id }) => id === limited[0]?.decision_ref.entry_id);
    expect(allow).toMatchObject({ verdict: 'ALLOW', approvals: [expect.any(String)] });
  }, 60_000);

  it('others are told on Kafka what was found, decided and done', async () => {
    const told = await eventually('the announcements', async () => {
      const names = [TOPICS.findingRevised, TOPICS.incidentRevised, TOPICS.actionDecided, TOPICS.runFinished] as const;
      const records = await Promise.all(names.map((name) => suite.fleet.topics.read(name)));
      const own = records.map((topic) => topic.filter(({ value }) => value.includes('"acme"')).length);
      return own.every((count) => count > 0) ? own : null;
    });
    expect(told).toHaveLength(4);
  }, 60_000);

  it('the bundle is verified offline by the command line with the trust file, and no longer after one changed byte', async () => {
    const { bundle, trust } = await acme.proof();
    const folder = mkdtempSync(join(tmpdir(), 'dmitry-proof-'));
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const trustFile = file('trust.json', JSON.stringify(trust));
    const good = await runProgram(['verify', file('bundle.json', bundle), '--trust', trustFile, '--json']);
    expect({ code: good.code, ...JSON.parse(good.stdout) }).toMatchObject({ code: 0, ok: true, faults: [] });
    const changed = bundle.replace('"verdict":"ALLOW"', '"verdict":"ALLOY"');
    expect(changed).not.toBe(bundle);
    const bad = await runProgram(['verify', file('changed.json', changed), '--trust', trustFile, '--json']);
    expect({ code: bad.code, ...JSON.parse(bad.stdout) }).toMatchObject({ code: 1, ok: false });
    const alone = await runProgram(['verify', join(folder, 'bundle.json'), '--json']);
    expect(JSON.parse(alone.stdout)).toMatchObject({ ok: false });
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('what cannot be read becomes a dead letter with its bytes and the reason, and what follows it is taken', async () => {
    const input = suite.fleet.inputOf('poison');
    const good = (id: string) => JSON.stringify(securityEvent(id));
    const records = [
      ['first', good('first')],
      ['broken', '{"event_id": '],
      ['shapeless', '{"nonsense": true}'],
      ['foreign', JSON.stringify(securityEvent('foreign', { tenant_id: 'acme' }))],
      ['conflict', JSON.stringify(securityEvent('first', { target_entity_id: 'service:other' }))],
      ['again', good('first')],
      ['last', good('last')],
    ] as const;
    await suite.fleet.topics.produce(
      input,
      records.map(([, value]) => ({ key: 'one-partition', value })),
    );
    await suite.view('poison').taken(2);
    const letters = await eventually('the dead letters', async () => {
      const read = await suite.fleet.topics.read(deadLetterTopic(input));
      return read.length >= 4 ? read : null;
    });
    expect(letters.map(({ value }) => value).sort()).toEqual(
      records
        .filter(([name]) => ['broken', 'shapeless', 'foreign', 'conflict'].includes(name))
        .map(([, value]) => value)
        .sort(),
    );
    expect(
      letters.map(({ headers }) => Object.values(headers).find((value) => /^\w+\.\w+$/.test(value)) ?? '').sort(),
    ).toEqual([
      'messaging.inbox_conflict',
      'normalise.malformed_json',
      'normalise.not_recognised',
      'normalise.tenant_mismatch',
    ]);
    expect((await suite.view('acme').get('/v1/events/idp-gateway/foreign')).status).toBe(404);
  }, 60_000);
});
