import type { Bundle, BundleEntry } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import { entryId, judgeInput } from '../testing/index.ts';
import {
  decisionDraft,
  decisionOf,
  type GateRequest,
  judge,
  type JudgedRecord,
  type JudgeInput,
  replayDecisions,
} from './index.ts';

/** The entry of a decision, as a bundle carries it. */
function entryOf(input: JudgeInput, change: (record: JudgedRecord) => unknown = (record) => record): BundleEntry {
  const { tenant, action, confidence, evidence, requestedBy, nowMs } = input;
  const request: GateRequest = { tenant, action, confidence, evidence, requestedBy, findingId: null };
  const { facts = {}, committed } = decisionDraft(decisionOf(judge(input), request, nowMs), request, input);
  const entry = { type: 'decision', facts } as unknown as BundleEntry['entry'];
  const record = JSON.parse(JSON.stringify(committed?.['judged'])) as JudgedRecord;
  return { index: 0, proof: [], entry, disclosed: { judged: { salt: 's', value: change(record) } } };
}
const bundleOf = (...entries: readonly BundleEntry[]): Bundle =>
  ({ v: 1, checkpoint: '', consistency: [], entries }) as unknown as Bundle;
const undisclosed = ({ disclosed: _kept, ...entry }: BundleEntry): BundleEntry => entry;
const replayOf = (change: (record: JudgedRecord) => unknown) =>
  replayDecisions(bundleOf(entryOf(judgeInput('alert'), change)));

describe('decisions of a bundle taken again', () => {
  const allowed = entryOf(judgeInput('alert'));
  const other = { index: 1, proof: [], entry: { type: 'outcome', facts: {} } } as unknown as BundleEntry;
  const refusedAdvice = {
    ...other,
    entry: { type: 'decision', facts: { subject: 'advice' } },
  } as unknown as BundleEntry;

  it('pass when every one is disclosed and comes out byte for byte; other entries do not matter', () => {
    const denied = entryOf({ ...judgeInput('alert'), evidence: [entryId(77)] });
    expect(replayDecisions(bundleOf(other, allowed, refusedAdvice, denied))).toEqual([]);
    expect(replayOf((record) => ({ ...record, policy: record.policy }))).toEqual([]);
  });

  it('are not checked when one of them, or all, is not disclosed, or there is none', () => {
    expect(replayDecisions(bundleOf(allowed, undisclosed(allowed)))).toBeNull();
    expect(replayDecisions(bundleOf(undisclosed(allowed)))).toBeNull();
    expect(replayDecisions(bundleOf(other))).toBeNull();
  });

  it.each<[string, (record: JudgedRecord) => unknown, RegExp]>([
    ['evidence that is missing', (r) => ({ ...r, inputs: { ...r.inputs, evidence: [] } }), /ALLOW was decided, DENY/],
    ['another claim', (r) => ({ ...r, request: { ...r.request, confidence: 1 } }), /but not byte for byte/],
    ['no policy', (r) => ({ ...r, policy: null }), /ALLOW was decided, DENY/],
    ['a policy that could not be read', (r) => ({ ...r, policy: 'invalid' }), /ALLOW was decided, DENY/],
    [
      'a verdict that the entry does not name',
      (r) => ({ ...r, decision: { ...r.decision, verdict: 'DENY' } }),
      /the entry says ALLOW/,
    ],
    ['a policy that is none', (r) => ({ ...r, policy: {} }), /not the record of a decision/],
    ['inputs that are none', (r) => ({ ...r, inputs: 7 }), /not the record of a decision/],
    ['nothing', () => null, /not the record of a decision/],
  ])('differ with %s, and are told of even where others are not disclosed', (_, change, message) => {
    expect(replayOf(change)).toEqual([
      { where: '/entries/0/disclosed/judged', message: expect.stringMatching(message) },
    ]);
    const found = replayDecisions(bundleOf(undisclosed(allowed), entryOf(judgeInput('alert'), change)));
    expect(found).toMatchObject([{ where: '/entries/1/disclosed/judged' }]);
  });
});
