import { afterAll, describe, expect, it } from '@jest/globals';
import { builtinPolicy } from '@dmitry/safety-gate';
import { linesOf, ndjson, openDesk } from '../../test/support/desk.ts';

const desk = openDesk();
afterAll(() => desk.close());

const read = (n: number, source: string) => ({
  id: `01940000-0000-7000-8000-00000000000${n}`,
  type: 'outcome',
  time: '2026-01-01T00:00:00.000Z',
  source,
});
const context = (more: object = {}) =>
  desk.file(
    'context.json',
    JSON.stringify({ tenant: 'acme', confidence: 0.9, evidence: [read(1, 'platform:risk-findings.get')], ...more }),
  );
const alert = { action_type: 'alert', target: { type: 'identity', id: 'jdoe' }, params: {} };
const decide = async (action: object, args = '') =>
  linesOf((await desk.call(`gate decide --json ${args}`, { stdin: ndjson([action]) })).out)[0];

describe('gate decide', () => {
  it('allows what the context supports, and tells on what it stands', async () => {
    expect(await decide(alert, `--context ${context()}`)).toEqual({
      action_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      verdict: 'ALLOW',
      reasons: [{ code: 'gate.allowed', message: expect.any(String) }],
      blast_radius: { class: 'entity_only', entities: 1 },
      policy: { version: builtinPolicy.version, digest: expect.any(String) },
      needs: [],
      action: alert,
      confidence: expect.objectContaining({ claimed: 0.9 }),
      evidence: [read(1, '').id],
      approvals: [],
    });
  });

  it('denies without evidence, and says so for a person', async () => {
    const { code, out } = await desk.call('gate decide', { stdin: ndjson([alert]) });
    expect(code).toBe(0);
    expect(out).toMatch(/^DENY alert identity:jdoe\n {2}gate\.insufficient_evidence: Insufficient evidence: 0 < 1\n/);
    expect(out).toContain('needs evidence');
  });

  it('fails on a denial only when asked to', async () => {
    expect((await desk.call('gate decide --fail-on deny', { stdin: ndjson([alert]) })).code).toBe(1);
    const args = `gate decide --fail-on deny --context ${context()}`;
    expect((await desk.call(args, { stdin: ndjson([alert]) })).code).toBe(0);
  });

  it.each([
    ['a halt', { halted: true }, 'DEFER', 'gate.halted'],
    ['a source that was down', { evidence: [], unavailable: ['pdri'] }, 'DEFER', 'gate.evidence_unavailable'],
    ['evidence of long ago', { now: '2026-02-01T00:00:00.000Z' }, 'DENY', 'gate.insufficient_evidence'],
    ['a budget that is spent', { budget_used: [{ impact: 'low', used: 1_000 }] }, 'DENY', 'gate.budget_exceeded'],
    ['a wide reach', { reach: [{ target: alert.target, entities: 900 }] }, 'STEP_UP', 'gate.approval_required'],
  ])('sees %s', async (_, more, verdict, code) => {
    const decision = await decide(alert, `--context ${context(more)}`);
    expect([decision?.['verdict'], decision?.['reasons'][0].code]).toEqual([verdict, code]);
  });

  it('shows the action that it would judge instead', async () => {
    const limit = { action_type: 'rate_limit', target: alert.target, params: { duration_seconds: 9e9 }, confidence: 1 };
    const evidence = [1, 2, 3, 4].map((n) => read(n, `source:${n}`));
    expect(await decide(limit, `--context ${context({ evidence })}`)).toMatchObject({
      verdict: 'MODIFY',
      modified: { params: { duration_seconds: 604_800 } },
    });
  });

  it('judges what the catalogue does not know, and passes over what is no action', async () => {
    const stdin = ndjson([{ ...alert, action_type: 'format_disk' }, { ...alert, extra: 1 }, 7]);
    const { code, out, err } = await desk.call('gate decide --json', { stdin });
    expect(linesOf(out).map(({ verdict, reasons }) => [verdict, reasons[0].code])).toEqual([
      ['DENY', 'gate.unknown_action_type'],
    ]);
    expect(code).toBe(4);
    expect(err).toContain('record 1 (-): must not have additional properties: extra');
    expect(err).toContain('record 2 (-): must be object');
  });

  it('takes a stricter policy, and none that is looser than the catalogue', async () => {
    const changed = (change: (entry: (typeof builtinPolicy.catalogue)[number]) => object) =>
      JSON.stringify({
        ...builtinPolicy,
        version: 'mine',
        catalogue: builtinPolicy.catalogue.map((entry) => ({ ...entry, ...change(entry) })),
      });
    desk.file(
      'strict.json',
      changed(() => ({ min_confidence: 1 })),
    );
    desk.file(
      'loose.json',
      changed(() => ({ min_evidence: 1 })),
    );
    desk.file('none.json', '{}');
    expect(await decide(alert, `--policy strict.json --context ${context()}`)).toMatchObject({
      verdict: 'DENY',
      policy: { version: 'mine' },
    });
    const refused = async (args: string) => desk.call(`gate decide ${args}`, { stdin: ndjson([alert]) });
    expect(await refused('--policy loose.json')).toMatchObject({
      code: 2,
      err: expect.stringContaining('looser than'),
    });
    expect(await refused('--policy none.json')).toMatchObject({ code: 2, err: expect.stringContaining('none.json: ') });
    desk.file('typo.json', '{"halt": true}');
    expect(await refused('--context typo.json')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--context typo.json: must not have additional properties: halt'),
    });
  });
});
