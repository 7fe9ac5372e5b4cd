import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { CallIntent } from '@dmitry/outbound';
import type { Tx } from '@dmitry/storage';
import type { EntryDraft } from '../core/index.ts';
import { createMemoryLedger } from '../memory/index.ts';
import { createCallRecorder } from './index.ts';

const intent: CallIntent = {
  service: 'pdri',
  operation: 'risk.get',
  effect: 'read',
  request: { path: '/risk/1' },
  refs: { evidence: [] },
};

async function setUp() {
  const clock = new ManualClock();
  const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'recorder') });
  const session = await memory.ledger.openSession('acme', { kind: 'service', name: 'orchestrator' });
  const commits: number[] = [];
  const append = (tx: Tx, drafts: readonly EntryDraft[]) => {
    commits.push(drafts.length);
    return session.append(tx, drafts);
  };
  const counted = {
    id: session.id,
    tenant: 'acme',
    append,
    record: () => session.record([]),
    seal: () => session.seal(),
  };
  const recorder = createCallRecorder(counted, { database: memory.database });
  const entries = () => memory.database.tenant('acme', (tx) => memory.ledger.list(tx, {}));
  const reveal = (id: string) => memory.database.tenant('acme', (tx) => memory.ledger.reveal(tx, id));
  return { ...memory, recorder, entries, reveal, commits };
}

describe('call recorder', () => {
  it('has the intent in the ledger when it resolves, and the outcome refers to it', async () => {
    const { recorder, entries, reveal } = await setUp();
    const id = await recorder.intent(intent);
    expect((await entries()).map(({ entry }) => [entry.id, entry.type])).toEqual([[id, 'intent']]);
    const outcome = await recorder.outcome(id, intent, {
      status: 'success',
      httpStatus: 200,
      latencyMs: 12.4,
      response: { risk: 7 },
      attempts: 1,
    });
    const [, second] = await entries();
    expect(second?.entry.refs.intent).toBe(id);
    expect(second?.entry.facts).toEqual({
      service: 'pdri',
      operation: 'risk.get',
      effect: 'read',
      status: 'success',
      http_status: 200,
      latency_ms: 12,
      attempts: 1,
    });
    expect(await reveal(outcome)).toMatchObject({ payload: { risk: 7 } });
    expect(await reveal(id)).toMatchObject({ payload: { path: '/risk/1' } });
  });

  it('keeps beside the entry what a call names, decoded, and nothing of it in the entry', async () => {
    const { recorder, database, ledger, entries } = await setUp();
    const named = async (request: unknown) => {
      const asked = { ...intent, request };
      const cost = { latencyMs: 1, attempts: 1 };
      const outcome = await recorder.outcome(await recorder.intent(asked), asked, { status: 'success', ...cost });
      return (await database.tenant('acme', (tx) => ledger.resolve(tx, [outcome]))).get(outcome)?.subjects;
    };
    expect(await named({ path: '/entities/identity%3Aeve/risk?center_id=store%2F1&depth=2' })).toEqual([
      'entities',
      'identity:eve',
      'risk',
      'store/1',
      '2',
    ]);
    expect(await named({ path: `/${'a/'.repeat(3)}%ff/${'x'.repeat(600)}` })).toEqual(['a']);
    for (const request of [undefined, null, 'text', { path: 7 }, { path: 'http://[' }])
      expect(await named(request)).toEqual([]);
    expect(JSON.stringify((await entries()).map(({ entry }) => entry))).not.toContain('eve');
  });

  it('shows neither request nor reply in the entry itself', async () => {
    const { recorder, entries } = await setUp();
    const id = await recorder.intent({ ...intent, request: { secret: 'hunter2' } });
    await recorder.outcome(id, intent, { status: 'success', latencyMs: 1, response: 'swordfish', attempts: 1 });
    const text = JSON.stringify(await entries());
    expect(text).not.toMatch(/hunter2|swordfish/);
  });

  it('commits calls that run side by side together', async () => {
    const { recorder, commits } = await setUp();
    await Promise.all(Array.from({ length: 20 }, () => recorder.intent(intent)));
    expect(commits).toEqual([20]);
  });

  it('rejects every call of a group that could not be made durable', async () => {
    const { recorder, database } = await setUp();
    database.tenant = () => Promise.reject(new Error('down'));
    const results = await Promise.allSettled([recorder.intent(intent), recorder.intent(intent)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('records replies that RFC 8785 cannot carry, as text', async () => {
    const { recorder, reveal } = await setUp();
    const id = await recorder.intent({ ...intent, request: undefined });
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    for (const [response, text] of [
      ['\ud800', '"\\ud800"'],
      [{ n: Number.NaN }, '{"n":null}'],
      [JSON.parse('{"n":1e999}'), '{"n":null}'],
      [cyclic, '[object Object]'],
      [deep, expect.any(String)],
    ] as const) {
      const outcome = await recorder.outcome(id, intent, { status: 'error', latencyMs: 1, response, attempts: 1 });
      expect(await reveal(outcome)).toMatchObject({
        payload: { not_canonical: text, size: expect.any(Number), digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
    }
  });
});
