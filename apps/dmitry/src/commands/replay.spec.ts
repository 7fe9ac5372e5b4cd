import { afterAll, describe, expect, it } from '@jest/globals';
import { canonicalJson, type Decision, digestOf, type JudgedInputs, type JudgedRequest } from '@dmitry/contracts';
import { compileRules, defaultRules } from '@dmitry/correlation';
import { normalise } from '@dmitry/normalise';
import { FORMULA } from '@dmitry/risk';
import { builtinPolicy, judgeRecord, policyRef } from '@dmitry/safety-gate';
import { openDesk, trail } from '../../test/support/desk.ts';

const desk = openDesk();
afterAll(() => desk.close());

const ref = policyRef(builtinPolicy);
const record = trail(1, 'ListUsers', { readOnly: true });
const normalised = normalise('cloudtrail', record, { tenant: 'acme', receivedMs: 5 });
if (!normalised.ok) throw new TypeError('the record is one');
const event = {
  kind: 'event',
  number: 0,
  source: normalised.identity.source,
  id: normalised.identity.id,
  format: 'cloudtrail',
  received_ms: 5,
  digest: digestOf(normalised.event),
  record,
};
const evidence = '01940000-0000-7000-8000-000000000001';
const request: JudgedRequest = {
  finding_id: null,
  confidence: 0.9,
  evidence: [evidence],
  requested_by: 'analyst',
  approvals: [],
  unavailable: [],
  reach: null,
};
const inputs: JudgedInputs = {
  v: 1,
  now_ms: 1_000,
  halted: false,
  budget_used: 0,
  evidence: [
    { id: evidence, type: 'evidence', time_ms: 1_000, succeeded: true, source: 'rule', facts: {}, finding: null },
  ],
  approvals: [],
};
const action = { action_type: 'alert', target: { type: 'identity', id: 'eve' }, params: {} } as const;
const decision = judgeRecord({
  decision: { id: evidence, tenant_id: 'acme', action, action_digest: '' } as unknown as Decision,
  request,
  inputs,
  policy: builtinPolicy,
});

const recording = (verdict: Decision['verdict'] = 'ALLOW'): string => {
  const lines: object[] = [
    {
      kind: 'header',
      v: 1,
      tenant: 'acme',
      rules_version: compileRules(defaultRules()).version,
      lateness_ms: 3_600_000,
      formula: FORMULA,
      policy: ref,
    },
    { kind: 'policy', digest: ref.digest, policy: builtinPolicy },
    event,
    { kind: 'decision', decision: { ...decision, verdict }, request, inputs, policy: ref.digest },
  ];
  return [...lines, { kind: 'end', lines: lines.length }].map((line) => `${canonicalJson(line)}\n`).join('');
};

describe('replay', () => {
  it('says yes when everything comes out as recorded, out of a file or a pipe', async () => {
    const path = desk.file('run.ndjson', recording());
    const { code, out } = await desk.call(`replay ${path} --json`);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ state_digest: expect.stringMatching(/^[0-9a-f]{64}$/), divergences: [] });
    const piped = await desk.call('replay -', { stdin: recording() });
    expect(piped).toMatchObject({ code: 0, out: expect.stringContaining('everything came out as recorded\nstate ') });
  });

  it('says no, and names the place, when something comes out otherwise', async () => {
    const { code, out } = await desk.call('replay -', { stdin: recording('DENY') });
    expect(code).toBe(1);
    expect(out).toContain(`decisions/${evidence}/verdict: "DENY" was recorded, "ALLOW" came out`);
  });

  it('lists the verdicts that flip under another policy', async () => {
    const catalogue = builtinPolicy.catalogue.map((entry) => ({ ...entry, min_evidence: 9 }));
    desk.file('strict.json', JSON.stringify({ ...builtinPolicy, version: 'strict', catalogue }));
    const { code, out } = await desk.call('replay --policy strict.json - --json', { stdin: recording() });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      divergences: [{ at: `decisions/${evidence}/verdict`, expected: 'ALLOW', got: 'DENY' }],
    });
    desk.file('none.json', '{}');
    const refused = await desk.call('replay --policy none.json -', { stdin: recording() });
    expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--policy none.json: ') });
  });

  it.each<[string, string, string | Uint8Array, RegExp]>([
    ['a file that is not there', 'nowhere.ndjson', '', /nowhere\.ndjson: there is no such file/],
    ['a recording that is cut', '-', recording().slice(0, -20), /-: line 5: not one JSON document/],
    ['bytes of any kind', '-', Uint8Array.of(0xff, 0x0a), /-: line 1: .*pipeline\.recording_invalid/],
  ])('cannot use %s, and says where', async (_, path, stdin, why) => {
    expect(await desk.call(`replay ${path}`, { stdin })).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(why),
    });
  });
});
