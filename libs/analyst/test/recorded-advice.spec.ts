import { beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson, digestOf, type RecordedAdvice } from '@dmitry/contracts';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { wireRequest } from '@dmitry/llm';
import type { CallIntent, CallOutcome } from '@dmitry/outbound';
import type { Tx } from '@dmitry/storage';
import { createMemoryLedger, type MemoryLedger } from '@dmitry/trust-ledger/memory';
import { createCallRecorder } from '@dmitry/trust-ledger/outbound';
import type { LedgerSession } from '@dmitry/trust-ledger';
import { type Advice, adviceResultOf, adviseFromRecord, type RecordedAnswers } from '../src/core/index.ts';
import { recordedAnswers } from '../src/ledger/index.ts';
import { createScriptedAnalyst } from '../src/memory/index.ts';
import { call, fakeGuard, fakePlatform, fresh, reply, request, step, usual } from './bench.ts';

const TENANT = 'acme';
let clock: ManualClock;
let memory: MemoryLedger;
let session: LedgerSession;
beforeEach(async () => {
  clock = new ManualClock();
  memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'recorded') });
  session = await memory.ledger.openSession(TENANT, { kind: 'analyst', name: 'analyst' });
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => memory.database.tenant(TENANT, work);
const answersOf = (advice: Pick<Advice, 'modelCalls' | 'toolCalls'>) =>
  inTenant((tx) => recordedAnswers(memory.ledger, tx, advice));
/** Records a call as it is recorded when it is made. @returns the outcome's entry */
async function recorded(asked: unknown, outcome: Partial<CallOutcome>): Promise<string> {
  const recorder = createCallRecorder(session, { database: memory.database });
  const intent: CallIntent = { service: 'llm', operation: 'chat.complete', effect: 'read', request: asked };
  const entry = await recorder.intent(intent);
  return recorder.outcome(entry, intent, { status: 'success', latencyMs: 1, attempts: 1, ...outcome });
}
const run = (part: Partial<Advice['toolCalls'][number]>): Advice['toolCalls'][number] => ({
  tool: 'platform_get_finding_details',
  endpoint: '',
  entry: '',
  status: 'success',
  code: null,
  startedMs: 0,
  latencyMs: 0,
  ...part,
});

describe('answers read back out of the ledger', () => {
  it('are the same whether the model is reached over HTTP or answers inside the process', async () => {
    const body = wireRequest({ messages: [{ role: 'user', content: 'why?' }] }, { model: 'm-1' });
    const calls = [{ id: 'c', name: 'look', arguments: '{}' }];
    const message = {
      content: 'so',
      tool_calls: calls.map(({ id, name, arguments: text }) => ({ id, function: { name, arguments: text } })),
    };
    const completion = {
      choices: [{ message, finish_reason: 'tool_calls' }],
      usage: { prompt_tokens: 3, completion_tokens: 4 },
    };
    const http = await recorded(
      { method: 'POST', path: '/chat/completions', body },
      { httpStatus: 200, response: { status: 200, body: completion } },
    );
    const usage = { inputTokens: 3, outputTokens: 4 };
    const said = { text: 'so', toolCalls: calls, finish: 'tool_calls', usage, model: null };
    const local = await recorded({ provider: 'x', body }, { response: { provider: 'x', ...said } });
    const read = await answersOf({ modelCalls: [http, local], toolCalls: [] });
    const same = {
      request_digest: digestOf(body),
      asked_model: 'm-1',
      text: 'so',
      tool_calls: calls,
      finish: 'tool_calls',
      usage: { input_tokens: 3, output_tokens: 4 },
      model: 'm-1',
    };
    expect(read?.answers).toEqual([
      { entry: http, ...same },
      { entry: local, ...same },
    ]);
  });

  it('say nothing where the reply was not a completion, and are taken out of text that could not be kept as JSON', async () => {
    const broken = await recorded({ body: null }, { response: { status: 200, body: { prose: 'no' } } });
    const odd = { status: 200, body: { choices: [{ message: { content: 'a\ud800b' }, finish_reason: 'stop' }] } };
    const kept = await recorded({ body: null }, { response: odd });
    const read = await answersOf({ modelCalls: [broken, kept], toolCalls: [] });
    expect(read?.answers.map(({ text, finish }) => [text, finish])).toEqual([
      ['', 'other'],
      ['a\ufffdb', 'stop'],
    ]);
  });

  it('keep of each reading what it was: fresh, stale, partial, none, and not even asked', async () => {
    const data = { id: 'f-1' };
    const entry = await recorded({ method: 'GET', path: '/x' }, { response: { status: 200, body: data } });
    const failed = await recorded(
      { method: 'GET', path: '/x' },
      { status: 'timeout', response: { reason: 'timeout' } },
    );
    const asked = digestOf({ method: 'GET', path: '/x' });
    const read = await answersOf({
      modelCalls: [],
      toolCalls: [
        run({ entry }),
        run({ entry, status: 'stale', ageMs: 40 }),
        run({ entry, status: 'partial', note: 'limit_reached' }),
        run({ entry: failed, status: 'error', code: 'platform.timeout' }),
        run({ status: 'error', code: 'platform.request_invalid' }),
        run({ status: 'refused', code: 'analyst.call_refused' }),
      ],
    });
    const tool = 'platform_get_finding_details';
    const common = { tool, entry, request_digest: asked, data, code: null };
    expect(read?.readings).toEqual([
      { ...common, kind: 'fresh' },
      { ...common, kind: 'stale', age_ms: 40 },
      { ...common, kind: 'partial', note: 'limit_reached' },
      { ...common, entry: failed, kind: 'unavailable', data: null, code: 'platform.timeout' },
      { tool, entry: '', request_digest: null, kind: 'unavailable', data: null, code: 'platform.request_invalid' },
    ]);
  });

  it('are null as a whole when one of them was erased with its key', async () => {
    const entry = await recorded({ body: null }, { response: { status: 200, body: {} } });
    await inTenant((tx) => memory.dataKeys.erase(tx));
    expect(await answersOf({ modelCalls: [entry], toolCalls: [] })).toBeNull();
    expect(await answersOf({ modelCalls: [], toolCalls: [run({ entry })] })).toBeNull();
    await expect(
      answersOf({ modelCalls: ['01940000-0000-7000-8000-000000000001'], toolCalls: [] }),
    ).rejects.toMatchObject({ code: 'ledger.entry_unknown' });
  });
});

describe('an advice taken again from its record', () => {
  type Question = Parameters<typeof adviseFromRecord>[0];
  const wide = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`k${(n * 7) % 40}`, n]));

  /** Asks for real, and keeps what a recording keeps: in its canonical form. */
  async function question(): Promise<Question> {
    const platform = fakePlatform((read) => {
      if (read.tool === 'platform_search_entities') return { kind: 'unavailable', code: 'platform.timeout' };
      const said = usual(read);
      return said.kind === 'read' ? fresh({ ...wide, ...(said.data as object) }) : said;
    });
    const said = { entries: new Map<string, unknown>() };
    const kept: typeof platform = {
      ...platform,
      async read(asked, context) {
        const reading = await platform.read(asked, context);
        if (reading.kind === 'read') said.entries.set(reading.entry, reading.data);
        return reading;
      },
    };
    const analyst = createScriptedAnalyst(
      (_asked, turn) =>
        turn === 0
          ? {
              toolCalls: [
                call('platform_get_finding_details', { finding_id: 'f-1' }),
                call('platform_search_entities', { query: 'SECRET-x' }),
              ],
            }
          : { text: reply({ actions: [step()] }) },
      { platform: kept, guard: fakeGuard, clock },
    );
    const asked = { ...request, policy_context: wide };
    const recorder = createCallRecorder(session, { database: memory.database });
    const advice = await analyst.advise(
      { request: asked, evidence: [], unresolved: ['ghost'] },
      { tenant: TENANT, recorder },
    );
    const { answers, readings } = (await answersOf(advice)) as RecordedAnswers;
    const read = readings.map((one) => ({ ...one, data: said.entries.get(one.entry) ?? null }));
    const record = {
      request: asked,
      evidence: [],
      unresolved: ['ghost'],
      answers,
      readings: read,
      advice: adviceResultOf(advice),
    };
    return JSON.parse(canonicalJson(record)) as RecordedAdvice;
  }

  it('is the same, and the model is asked the same, although members come back in another order (P6)', async () => {
    const recordedQuestion = await question();
    const again = await adviseFromRecord(recordedQuestion, { guard: fakeGuard });
    expect(again).toEqual({ advice: recordedQuestion.advice, strays: [] });
    expect(again.advice.proposals).toHaveLength(1);
    expect(again.advice.warnings.join('\n')).toMatch(/platform\.timeout/);
  });

  it('tells what is asked otherwise: another prompt, another tool, more or less than was answered', async () => {
    const before = await question();
    const strays = async (change: Partial<Question>) =>
      (await adviseFromRecord({ ...before, ...change }, { guard: fakeGuard })).strays;
    expect((await strays({ request: { ...request, risk_score: 1 } })).map(({ at }) => at)).toEqual([
      'answers/0/request_digest',
      'answers/1/request_digest',
    ]);
    const [details, search] = before.readings;
    expect(await strays({ readings: [search, details].flatMap((one) => one ?? []) })).toEqual(
      expect.arrayContaining([
        { at: 'readings/0/tool', expected: 'platform_search_entities', got: 'platform_get_finding_details' },
      ]),
    );
    expect(await strays({ readings: before.readings.slice(0, 1) })).toContainEqual({
      at: 'readings/1',
      expected: null,
      got: 'platform_search_entities',
    });
    expect(await strays({ answers: [...before.answers, ...before.answers] })).toContainEqual({
      at: 'answers/2',
      expected: 'asked',
      got: null,
    });
  });

  it('stops where the recorded one was stopped by its time, and says when it cannot', async () => {
    const before = await question();
    const cut = await adviseFromRecord({ ...before, answers: before.answers.slice(0, 1) }, { guard: fakeGuard });
    expect(cut.advice).toMatchObject({ kind: 'invalid', code: 'analyst.limit_reached' });
    expect(cut.strays).toEqual([]);
    const short = await adviseFromRecord(before, { guard: fakeGuard, limits: { maxSteps: 1 } });
    expect(short.advice).toMatchObject({ kind: 'invalid', code: 'analyst.limit_reached' });
    expect(short.strays.map(({ at }) => at)).toContain('answers/1');
  });
});
