import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson, MAX_RECORDING_LINE_BYTES, type RecordingLine } from '@dmitry/contracts';
import { builtinPolicy, replayDecisions } from '@dmitry/safety-gate';
import { verifyBundle } from '@dmitry/trust-ledger';
import { type Divergence, replayRecording, type ReplayOptions } from '../src/core/index.ts';
import { guard, openRecordedWorld, recordingOf, recordRun } from './support/recorded-run.ts';
import { bytesOf, changed, linesOf, parsed, without } from './support/recording-edits.ts';
import { exportEvent, type World } from './support/world.ts';

let world: World;
let lines: readonly string[];
beforeAll(async () => {
  world = await openRecordedWorld();
  lines = await recordRun(world, 'acme');
}, 60_000);
afterAll(() => world.database.close());

const replay = (recording: readonly string[], options: Partial<ReplayOptions> = {}) =>
  replayRecording(bytesOf(recording), { guard, ...options });
const divergences = async (recording: readonly string[]): Promise<readonly Divergence[]> =>
  (await replay(recording)).divergences;
const placesOf = async (recording: readonly string[]) => (await divergences(recording)).map(({ at }) => at);

describe('a recorded run', () => {
  it('has everything in it: late and retracted findings, advice with readings of all kinds, an approval, a halt', () => {
    expect(linesOf(lines, 'decision').map(({ decision }) => decision.verdict)).toEqual([
      'ALLOW',
      'STEP_UP',
      'ALLOW',
      'DEFER',
    ]);
    expect(linesOf(lines, 'decision').flatMap(({ inputs }) => inputs.approvals)).toHaveLength(1);
    expect(new Set(linesOf(lines, 'finding').map(({ status }) => status))).toEqual(new Set(['resolved', 'open']));
    const kinds = linesOf(lines, 'advice').flatMap(({ readings }) => readings.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(['stale', 'partial', 'unavailable']));
    expect(lines.every((line) => canonicalJson(parsed(line)) === line)).toBe(true);
  });

  it('comes out as it was, byte for byte, however often it is replayed (P6)', async () => {
    const first = await replay(lines);
    expect(first).toEqual({ state_digest: expect.stringMatching(/^[0-9a-f]{64}$/), divergences: [] });
    expect(await replay(lines)).toEqual(first);
    const inPieces = Buffer.concat([...bytesOf(lines)]);
    const pieces = Array.from({ length: Math.ceil(inPieces.length / 997) }, (_, at) =>
      inPieces.subarray(at * 997, (at + 1) * 997),
    );
    expect(await replayRecording(pieces, { guard })).toEqual(first);
  });

  it('is recorded the same when it is recorded again, and a tenant that did nothing has an empty one', async () => {
    expect(await recordingOf(world, 'acme')).toEqual(lines);
    const empty = await recordingOf(world, 'nobody');
    expect(empty.map((line) => parsed(line).kind)).toEqual(['header', 'end']);
    expect((await replay(empty)).divergences).toEqual([]);
  });
});

describe('a finding that no longer stands', () => {
  it('is not expected again, whether it was scored before or not', async () => {
    const record = (n: number) => world.pipeline.recorder.record('moved', [{ record: exportEvent(n) }]);
    await record(3);
    await record(2); // its window begins earlier: the finding of before is gone, and was never scored
    await world.drain();
    const recording = await recordingOf(world, 'moved');
    const stands = linesOf(recording, 'finding').map((line) => line.stands);
    expect(new Set(stands)).toEqual(new Set([true, null]));
    expect((await replay(recording)).divergences).toEqual([]);
    expect(new Set(linesOf(lines, 'finding').map((line) => line.stands))).toEqual(new Set([true, false]));
  });
});

describe('one thing changed in a recording is named at its place', () => {
  it('an answer of the model: another proposal, and the decision that it no longer leads to', async () => {
    const other = changed(lines, 'advice', ({ answers }) => ({
      answers: answers.map((one) => ({ ...one, text: one.text.replace('"alert"', '"investigate"') })),
    }));
    const [advice] = linesOf(lines, 'advice').slice(-1);
    const [decision] = linesOf(lines, 'decision');
    const at = `advice/${advice?.incident ?? ''}@1/advice/proposals/0/action/action_type`;
    expect(await divergences(other)).toEqual([
      { at, expected: 'alert', got: 'investigate' },
      {
        at: `decisions/${decision?.decision.id ?? ''}/action_digest`,
        expected: decision?.decision.action_digest,
        got: null,
      },
    ]);
  });

  it('what the model claims: the gate judges what is proposed now', async () => {
    const doubtful = changed(lines, 'advice', ({ answers }) => ({
      answers: answers.map((one) => ({ ...one, text: one.text.replaceAll('"confidence":0.95', '"confidence":0.1') })),
    }));
    const [allowed] = linesOf(lines, 'decision');
    expect(await divergences(doubtful)).toContainEqual({
      at: `decisions/${allowed?.decision.id ?? ''}/verdict`,
      expected: 'ALLOW',
      got: 'DENY',
    });
  });

  it('a reading of a tool: the model is asked something else', async () => {
    const other = changed(lines, 'advice', ({ readings }) => ({
      readings: readings.map((one, at) => (at === 0 ? { ...one, data: { id: 'g' } } : one)),
    }));
    expect(await placesOf(other)).toEqual([expect.stringMatching(/^advice\/\w+@1\/answers\/1\/request_digest$/)]);
  });

  it('an answer or a reading that is missing, or is one too many', async () => {
    const first = ({ answers, readings }: { answers: unknown[]; readings: unknown[] }) => ({ answers, readings });
    const edit = (change: (parts: ReturnType<typeof first>) => object) =>
      placesOf(changed(lines, 'advice', (line) => change(first(line))));
    expect(await edit(({ answers }) => ({ answers: answers.slice(0, 1) }))).toContainEqual(
      expect.stringMatching(/\/advice\/code$/),
    );
    expect(await edit(({ answers }) => ({ answers: [...answers, answers[1]] }))).toEqual([
      expect.stringMatching(/\/answers\/2$/),
    ]);
    expect(await edit(({ readings }) => ({ readings: readings.slice(0, 2) }))).toContainEqual(
      expect.stringMatching(/\/readings\/2$/),
    );
    expect(await edit(({ readings }) => ({ readings: [...readings, readings[1]] }))).toEqual([
      expect.stringMatching(/\/readings\/3$/),
    ]);
    expect(await edit(({ readings }) => ({ readings: readings.toReversed() }))).toContainEqual(
      expect.stringMatching(/\/readings\/0\/tool$/),
    );
  });

  it('a fact of a neighbour: the score, and the incident that it is in', async () => {
    const open = ({ status }: { status: string }) => status === 'open';
    const worse = changed(
      lines,
      'finding',
      ({ facts }) => ({ facts: facts.map((one) => ({ ...one, sensitivity: 1 })) }),
      open,
    );
    const places = await placesOf(worse);
    const [incident] = linesOf(lines, 'incident');
    const scored = linesOf(lines, 'finding').findLast(open)?.id ?? '';
    expect(places).toContain(`findings/${scored}/score/score`);
    expect(places.filter((at) => at.startsWith(`findings/${scored}/score/terms/`)).length).toBeGreaterThan(0);
    expect(places).toContain(`incidents/${incident?.incident.id ?? ''}/score`);
  });

  it('an event: its digest, and the findings that rest on it', async () => {
    const other = changed(lines, 'event', ({ record }) => ({
      record: { ...(record as object), identity_id: 'identity:mallory' },
    }));
    const places = await placesOf(other);
    expect(places[0]).toBe('events/3/digest');
    expect(places.filter((at) => at.startsWith('findings/')).length).toBeGreaterThan(1);
  });

  it('an event that cannot be read any more, is another one, or is missing', async () => {
    const edit = (change: object) => divergences(changed(lines, 'event', () => change));
    expect((await edit({ record: { nonsense: true } }))[0]).toMatchObject({
      at: 'events/3',
      got: expect.stringMatching(/^normalise\./),
    });
    expect((await edit({ id: 'e-9' }))[0]).toEqual({ at: 'events/3/id', expected: 'e-9', got: 'e-400' });
    expect((await edit({ source: 'other' }))[0]).toEqual({ at: 'events/3/source', expected: 'other', got: 'dlp' });
    const at = lines.findLastIndex((line) => parsed(line).kind === 'event');
    const places = await placesOf(without(lines, at));
    expect(places.some((place) => /^findings\/\w+$/.test(place))).toBe(true);
  });

  it('a finding or an incident that nobody recorded, or that does not come', async () => {
    const open = lines.findLastIndex((line) => line.includes('"kind":"finding"') && line.includes('"status":"open"'));
    const { id } = parsed(lines[open] as string) as { id: string } & RecordingLine;
    expect(await divergences(without(lines, open))).toContainEqual({
      at: `findings/${id}`,
      expected: null,
      got: expect.stringMatching(/^\w{64}$/),
    });
    const incident = lines.findIndex((line) => parsed(line).kind === 'incident');
    expect(await placesOf(without(lines, incident))).toEqual([expect.stringMatching(/^incidents\/\w+$/)]);
    const renamed = changed(lines, 'finding', () => ({ id: 'f'.repeat(64), stands: true }));
    expect(await placesOf(renamed)).toContain(`findings/${'f'.repeat(64)}`);
    const gone = changed(
      lines,
      'finding',
      () => ({ stands: false }),
      ({ status }) => status === 'open',
    );
    expect(await divergences(gone)).toEqual([{ at: `findings/${id}`, expected: null, got: expect.any(String) }]);
  });

  it.each<[string, (line: { decision: object; inputs: object; request: object }) => object, RegExp, unknown]>([
    ['the verdict', ({ decision }) => ({ decision: { ...decision, verdict: 'DENY' } }), /\/verdict$/, 'DEFER'],
    ['the halt', ({ inputs }) => ({ inputs: { ...inputs, halted: false } }), /\/verdict$/, 'DENY'],
    ['the time', ({ inputs }) => ({ inputs: { ...inputs, now_ms: 1 } }), /\/decided_at$/, '1970-01-01T00:00:00.001Z'],
    ['the claim', ({ request }) => ({ request: { ...request, confidence: null } }), /\/confidence\/claimed$/, 0],
    ['the policy', () => ({ policy: null }), /\/verdict$/, 'DENY'],
    ['the readability of the policy', () => ({ policy: 'invalid' }), /\/reasons\/0\/code$/, 'gate.policy_invalid'],
  ])('%s of a decision', async (_, change, at, got) => {
    const found = (await divergences(changed(lines, 'decision', change))).find((one) => at.test(one.at));
    expect(found).toMatchObject({ got });
  });

  it('an approval that a decision stands on: without it the gate asks again', async () => {
    const approved = ({ inputs }: { inputs: { approvals: unknown[] } }) => inputs.approvals.length > 0;
    const alone = changed(lines, 'decision', ({ inputs }) => ({ inputs: { ...inputs, approvals: [] } }), approved);
    expect(await divergences(alone)).toContainEqual({
      at: expect.stringMatching(/^decisions\/.+\/verdict$/),
      expected: 'ALLOW',
      got: 'STEP_UP',
    });
  });

  it('rules, formula and policy that are no longer those of the recording', async () => {
    const header = changed(lines, 'header', () => ({ rules_version: 'older', formula: 'dmitry-risk/0' }));
    expect(await placesOf(header)).toEqual(['header/formula', 'header/rules_version']);
    const loose = changed(lines, 'policy', ({ policy }) => ({ policy: { ...(policy as object), version: 'mine' } }));
    expect((await placesOf(loose))[0]).toMatch(/^policies\//);
    const { divergences: none } = await replay(lines, { rules: [] });
    expect(none.map(({ at }) => at)).toEqual(expect.arrayContaining(['header/rules_version']));
    expect(none.some(({ at, got }) => at.startsWith('findings/') && got === null)).toBe(true);
  });

  it('changes the digest of the state when the state is another, and not when only the recorded result is', async () => {
    const { state_digest: digest } = await replay(lines);
    const verdict = changed(lines, 'decision', ({ decision }) => ({ decision: { ...decision, verdict: 'DENY' } }));
    expect((await replay(verdict)).state_digest).toBe(digest);
    const fact = changed(lines, 'finding', ({ facts }) => ({ facts: facts.map((one) => ({ ...one, exposure: 0 })) }));
    expect((await replay(fact)).state_digest).not.toBe(digest);
  });
});

describe('a bundle whose decisions are disclosed', () => {
  it('passes the verdict replay, and leaves it open where they are not (P8)', async () => {
    while ((await world.sequencer.round()) > 0);
    const { proofs } = world.pipeline;
    const trust = proofs.trust('acme');
    const verify = async (disclose: readonly string[]) =>
      verifyBundle(await proofs.bundle('acme', { kind: 'all' }, { disclose }), { trust, replay: replayDecisions });
    expect(await verify(['judged'])).toMatchObject({ verdicts: { bytes: 'pass', replay: 'pass' } });
    expect(await verify([])).toMatchObject({ verdicts: { bytes: 'pass', replay: 'not_checked' } });
  });
});

describe('another policy', () => {
  it('lists every verdict that flips, and nothing else; approvals count as given under it', async () => {
    const strict = {
      ...builtinPolicy,
      version: 'strict',
      catalogue: builtinPolicy.catalogue.map((entry) => ({
        ...entry,
        approval_required: entry.approval_required || entry.action_type === 'alert',
      })),
    };
    const [alert] = linesOf(lines, 'decision');
    expect((await replay(lines, { policy: strict })).divergences).toEqual([
      { at: `decisions/${alert?.decision.id ?? ''}/verdict`, expected: 'ALLOW', got: 'STEP_UP' },
    ]);
    expect((await replay(lines, { policy: { ...builtinPolicy, version: 'same' } })).divergences).toEqual([]);
  });
});

describe('a recording that cannot be used is refused with the number of its line', () => {
  const swapped = (at: number) => lines.with(at, lines[at + 1] as string).with(at + 1, lines[at] as string);
  it.each<[string, () => readonly string[], RegExp]>([
    ['nothing at all', () => [], /^line 1: the recording is cut/],
    ['one that is cut', () => lines.slice(0, -1), /^line \d+: the recording is cut/],
    ['one with a line missing', () => lines.toSpliced(4, 1), /lines before its end/],
    ['no header', () => lines.slice(1), /^line 1: the first line is the header/],
    ['two headers', () => [lines[0] as string, ...lines], /^line 2: a line of kind header cannot stand after header/],
    ['kinds out of order', () => swapped(1), /^line 3: a line of kind policy cannot stand after event/],
    ['something after the end', () => [...lines, lines.at(-1) as string], /cannot stand after end/],
    ['a line that is not JSON', () => lines.with(2, '{"kind":'), /^line 3: not one JSON document/],
    ['another spelling of a line', () => lines.with(2, ` ${lines[2] ?? ''}`), /^line 3: not the RFC 8785 form/],
    ['an unknown kind', () => lines.with(2, '{"kind":"rumour"}'), /^line 3: \/kind must be one of header, policy/],
    ['a member of the wrong type', () => changed(lines, 'event', () => ({ number: 'x' })), /^line 6: \/number must/],
    ['a policy that is none', () => changed(lines, 'policy', () => ({ policy: {} })), /^line 2: not a policy/],
    ['a policy that is not there', () => without(lines, 1), /^line \d+: the policy \w{64} is not in the recording/],
  ])('%s', async (_, recording, message) => {
    await expect(replay(recording())).rejects.toMatchObject({
      code: 'pipeline.recording_invalid',
      message: expect.stringMatching(message),
    });
  });

  it('a line without end, before it is read whole', async () => {
    const endless = Array.from({ length: 20 }, () => Buffer.alloc(MAX_RECORDING_LINE_BYTES / 16, 'x'));
    await expect(replayRecording(endless, { guard })).rejects.toMatchObject({ code: 'pipeline.recording_too_large' });
  });
});

describe('a recording is not made', () => {
  it('while findings wait for their scores', async () => {
    await world.pipeline.recorder.record('busy', [{ record: exportEvent(1) }]);
    await expect(recordingOf(world, 'busy')).rejects.toMatchObject({ code: 'pipeline.recording_unsettled' });
    await world.drain();
    expect((await replay(await recordingOf(world, 'busy'))).divergences).toEqual([]);
  });

  const quiet = {
    event_type: 'SYSTEM_ACCESS',
    exposure_direction: 'internal_to_internal',
    privilege_level: 'standard',
  };
  it.each<[string, readonly object[]]>([
    ['an event', [exportEvent(1, { ...quiet, data_volume_estimate: 0, sensitivity_tags: [] })]],
    ['an advice', [1, 2].map((n) => exportEvent(n, { identity_id: 'identity:bob' }))],
    ['a decision', [1, 2, 3, 400].map((n) => exportEvent(n))],
  ])('of what was erased with its key: %s', async (what, records) => {
    const tenant = what.replace(' ', '-');
    const accepted = await world.pipeline.recorder.record(
      tenant,
      records.map((record) => ({ record })),
    );
    expect(accepted.every(({ status }) => status === 'accepted')).toBe(true);
    await world.drain();
    await recordingOf(world, tenant);
    await world.database.tenant(tenant, async (tx) => {
      if (what !== 'an event') await tx.query('delete from events');
      await world.dataKeys.erase(tx);
    });
    await expect(recordingOf(world, tenant)).rejects.toMatchObject({
      code: 'pipeline.recording_erased',
      message: expect.stringContaining(what.replace('a decision', 'decision ')),
    });
  });
});
