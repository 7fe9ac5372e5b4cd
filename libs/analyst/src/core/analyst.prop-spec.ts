import { describe, expect, it } from '@jest/globals';
import { Action, AdviseResponse, canonicalJson, ChatResponse, parseWith } from '@dmitry/contracts';
import fc from 'fast-check';
import { toAdviseResponse, toChatResponse } from './index.ts';
import { adviseInput, call, decision, ENTITY, fresh, reply, scripted, step, usual } from '../../test/bench.ts';

const TOOLS = [
  'platform_get_risk_findings',
  'platform_get_finding_details',
  'platform_search_entities',
  'platform_propose_actions',
  'platform_execute_action',
  'nothing_of_ours',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.constant('{"__proto__":{"x":1}}'),
  fc.constant('1e999'),
  fc.constant('"\\ud800"'),
);
const anyArguments = fc.oneof(
  anyText,
  fc.record({ finding_id: fc.string({ unit: 'binary', minLength: 1 }) }).map((args) => JSON.stringify(args)),
  fc
    .record({
      query: fc.string({ unit: 'binary', minLength: 1 }),
      filters: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
    })
    .map((args) => JSON.stringify(args)),
  fc
    .record({
      action_id: fc.constantFrom('a-1', 'a-2'),
      params: fc.dictionary(fc.constantFrom('x', 'y'), fc.oneof(fc.string({ unit: 'binary' }), fc.double())),
    })
    .map((args) => JSON.stringify(args)),
);
const anyCall = fc.record({
  id: fc.string({ unit: 'binary' }),
  name: fc.oneof(fc.constantFrom(...TOOLS), fc.string({ unit: 'binary' })),
  arguments: anyArguments,
});
/** Documents of the schema, and near misses, with citations that resolve and others that do not. */
const document = (handed: string) => {
  const cited = fc.array(fc.oneof(fc.constant(handed), fc.string({ unit: 'binary', minLength: 1 })), { maxLength: 3 });
  const text = fc.string({ unit: 'binary', minLength: 1 });
  return fc
    .record({
      summary: text,
      confidence: fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, fc.double()),
      claims: fc.array(fc.record({ text, citations: cited }), { maxLength: 3 }),
      risk_factors: fc.array(fc.record({ factor: text, severity: text, description: text, evidence: cited }), {
        maxLength: 3,
      }),
      actions: fc.array(
        fc
          .record({
            action_type: fc.oneof(fc.constantFrom('investigate', 'isolate_entity', 'alert_team'), text),
            target: fc.oneof(
              fc.constant(ENTITY),
              fc.record({ type: fc.constantFrom('service', 'identity'), id: text }),
            ),
            params: fc.dictionary(text, fc.jsonValue({ maxDepth: 12 }), { maxKeys: 3 }),
            evidence: cited,
          })
          .map(step),
        { maxLength: 4 },
      ),
    })
    .map(reply);
};

describe('the analyst, whatever a model answers', () => {
  it('does not throw, ends within its limits, cites only what resolves and proposes only valid actions on entities that it saw', async () => {
    const limits = { maxSteps: 4, maxToolCalls: 3 };
    const handedId = scripted([]).handed.entry; // seeded: the same on every bench
    const anyTurn = fc.oneof(
      fc.record({ text: anyText }),
      { weight: 3, arbitrary: fc.record({ text: document(handedId) }) },
      {
        weight: 3,
        arbitrary: fc.record({ text: anyText, toolCalls: fc.array(anyCall, { minLength: 1, maxLength: 4 }) }),
      },
    );
    const anyData = fc.oneof(fc.constant(null), fc.jsonValue({ stringUnit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(fc.array(anyTurn, { minLength: 1, maxLength: 5 }), anyData, async (turns, data) => {
        const bench = scripted(turns, { limits, answers: (read) => (data === null ? usual(read) : fresh(data)) });
        const advice = await bench.analyst.advise(adviseInput(bench), bench.context);
        expect(bench.llm.requests.length).toBeLessThanOrEqual(limits.maxSteps);
        expect(bench.platform.reads.length).toBeLessThanOrEqual(limits.maxToolCalls);

        const reads = bench.recorder.outcomes.filter(
          (each) => each.service === 'platform' && each.status === 'success',
        );
        const resolving = new Set([bench.handed.entry, ...reads.map((each) => each.entry)]);
        const cited = [
          ...advice.citations,
          ...advice.riskFactors.flatMap((each) => each.evidence),
          ...advice.claims.flatMap((each) => each.citations),
        ];
        expect(
          [...cited, ...advice.proposals.flatMap((each) => each.evidence)].filter((id) => !resolving.has(id)),
        ).toEqual([]);
        expect(advice.proposals.filter(({ action }) => !parseWith(Action, action).ok)).toEqual([]);
        if (data === null)
          expect(advice.proposals.filter(({ action }) => !['billing', 'ledger-db'].includes(action.target.id))).toEqual(
            [],
          );

        expect(() => canonicalJson(advice)).not.toThrow(); // it can be written to the ledger

        const decisions = advice.proposals.map(({ action }, index) =>
          decision(action, index % 2 === 0 ? 'STEP_UP' : 'DENY'),
        );
        expect(parseWith(AdviseResponse, toAdviseResponse(advice, decisions, { processingTimeMs: 3 }))).toMatchObject({
          ok: true,
        });
        expect(
          parseWith(ChatResponse, toChatResponse(advice, decisions, { requestId: 'r-1', citations: new Map() })),
        ).toMatchObject({ ok: true });
      }),
      { numRuns: 300 },
    );
  });

  it('is not moved by the words of a reply: prose that names an action never becomes one', async () => {
    const words = fc.constantFrom(
      'isolate',
      'block',
      'recommend',
      'quarantine',
      'shutdown_service',
      'billing',
      '[',
      ']',
      '{',
      '}',
      '"action"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { minLength: 1, maxLength: 20 }), async (parts) => {
        const bench = scripted([{ text: `I say: ${parts.join(' ')}` }]);
        expect(await bench.analyst.advise(adviseInput(bench), bench.context)).toMatchObject({
          kind: 'invalid',
          proposals: [],
        });
      }),
      { numRuns: 50 },
    );
  });

  it('reads a long reply in time that grows with its length', async () => {
    const bench = scripted([{ text: '['.repeat(200_000) }, { toolCalls: [call('x', '{'.repeat(200_000))] }]);
    expect(await bench.analyst.advise(adviseInput(bench), bench.context)).toMatchObject({ kind: 'invalid' });
  });
});
