import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openDesk } from '../../test/support/desk.ts';

const desk = openDesk();
const seen: { readonly method: string; readonly url: string; readonly body: unknown }[] = [];
let answers: Readonly<Record<string, { readonly status?: number; readonly body: unknown }>> = {};
let env: Readonly<Record<string, string>> = {};

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { method = '', url = '' } = request;
    const text = Buffer.concat(parts).toString('utf8');
    seen.push({ method, url, body: text === '' ? null : (JSON.parse(text) as unknown) });
    const { status = 200, body } = answers[`${method} ${url}`] ?? { status: 404, body: problem('request.not_found') };
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
  });
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  env = { DMITRY_URL: `http://127.0.0.1:${(server.address() as { port: number }).port}`, DMITRY_TOKEN: 't' };
});
afterEach(() => {
  seen.length = 0;
  answers = {};
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  desk.close();
});

const problem = (code: string) => ({
  type: `urn:${code}`,
  title: code,
  status: 404,
  detail: 'nothing there',
  instance: '/',
  code,
});
const dmitry = (args: string | readonly string[]) => desk.call(args, { env });

const hex = (digit: string): string => digit.repeat(64);
const entryId = (n: number): string => `0198c2f0-0000-7000-8000-00000000000${n}`;
const KEY = 'a'.repeat(52);
const action = { action_type: 'block_access', target: { type: 'identity', id: 'identity:eve' }, params: {} };
const run = {
  id: hex('a'),
  tenant_id: 'demo',
  finding_id: hex('b'),
  action,
  action_digest: hex('c'),
  attempt: 1,
  decision_id: entryId(1),
  status: 'escalated',
  effects: [
    {
      effect_key: KEY,
      step: '0',
      state: 'escalated',
      attempts: 2,
      intent_entry: entryId(2),
      outcome_entry: null,
      reason: 'no answer',
    },
  ],
  created_at: '2026-03-01T10:00:00.000Z',
  updated_at: '2026-03-01T10:01:00.000Z',
};
const letter = (n: number) => ({
  id: String(n).repeat(32),
  topic: 'security-events',
  partition: 0,
  offset: String(n),
  key: null,
  headers: { 'dmitry-record': '7' },
  code: 'normalise.not_recognised',
  detail: 'no format',
  refused_at: '2026-03-01T10:00:00.000Z',
  replayed_at: null,
});

describe('run', () => {
  it('list asks for what is wanted and tells each run in a line', async () => {
    answers = { 'GET /v1/runs?status=escalated&limit=200': { body: { items: [run] } } };
    const { code, out } = await dmitry('run list --status escalated');
    expect([code, out.split('\n')[1]]).toEqual([
      0,
      expect.stringMatching(/^a{64} +block_access +identity identity:eve +escalated/),
    ]);
    answers = { 'GET /v1/runs?limit=1': { body: { items: [] } } };
    expect((await dmitry('run list --limit 1')).out).toBe('no runs\n');
  });

  it('show tells the effects with their entries, in JSON the run as it is', async () => {
    answers = { [`GET /v1/runs/${run.id}`]: { body: run } };
    expect((await dmitry(`run show ${run.id}`)).out).toMatch(
      new RegExp(`effect +${KEY}[^]+escalated: no answer[^]+${entryId(2)}`),
    );
    expect(JSON.parse((await dmitry(`run show ${run.id} --json`)).out)).toEqual(run);
  });

  it('explain brings run, decision and ledger entries together, the oldest first', async () => {
    const decision = {
      id: entryId(1),
      tenant_id: 'demo',
      verdict: 'ALLOW',
      action,
      action_digest: hex('c'),
      reasons: [{ code: 'gate.allowed', message: 'approved by one' }],
      policy: { version: '2026-01', digest: hex('d') },
      evidence: [entryId(3)],
      approvals: [],
      confidence: { claimed: 0.9, supported: 0.8, effective: 0.8, formula: 'v1' },
      blast_radius: { class: 'entity_only', entities: 1 },
      needs: [],
      finding_id: hex('b'),
      decided_at: '2026-03-01T10:00:00.000Z',
      expires_at: null,
    };
    const entry = (n: number, type: string) => ({
      v: 1,
      id: entryId(n),
      tenant: hex('e').slice(0, 32),
      type,
      time: '2026-03-01T10:00:00.000Z',
      session: { id: entryId(9), seq: n },
      actor: { kind: 'system', pseudonym: hex('e').slice(0, 32) },
      refs: {},
      facts: { kind: 'effect' },
      commitments: {},
      payload: [],
    });
    answers = {
      [`GET /v1/runs/${run.id}`]: { body: run },
      [`GET /v1/actions/${entryId(1)}`]: { body: decision },
      [`GET /v1/ledger/entries?run=${run.id}&limit=200`]: {
        body: { items: [{ entry: entry(5, 'outcome') }], next: entryId(5) },
      },
      [`GET /v1/ledger/entries?run=${run.id}&limit=200&after=${entryId(5)}`]: {
        body: { items: [{ entry: entry(4, 'intent') }] },
      },
    };
    const told = await dmitry(`run explain ${run.id} --json`);
    expect(told.err).toBe('');
    const { entries } = JSON.parse(told.out) as { entries: { type: string }[] };
    expect(entries.map(({ type }) => type)).toEqual(['intent', 'outcome']);
    expect((await dmitry(`run explain ${run.id}`)).out).toMatch(
      /ALLOW at .+ under policy 2026-01[^]+approved by one \(gate.allowed\)/,
    );
  });

  it('cancel says why', async () => {
    answers = { [`POST /v1/runs/${run.id}/cancel`]: { body: { ...run, status: 'cancelled' } } };
    const { code, out } = await dmitry(['run', 'cancel', run.id, '--reason', 'a drill']);
    expect([code, out.includes('cancelled')]).toEqual([0, true]);
    expect(seen[0]?.body).toEqual({ reason: 'a drill' });
    expect((await dmitry(`run cancel ${run.id}`)).err).toContain('--reason TEXT is needed');
  });

  it.each([
    ['--confirmed', 'confirmed'],
    ['--not-done', 'not_done'],
  ])('resolve %s says of one effect what a person found out', async (flag, outcome) => {
    const path = `/v1/runs/${run.id}/effects/${KEY}/resolution`;
    answers = { [`POST ${path}`]: { body: { ...run, status: 'succeeded' } } };
    const { code } = await dmitry(['run', 'resolve', run.id, '--effect', KEY, flag, '--note', 'seen in the console']);
    expect([code, seen[0]]).toEqual([
      0,
      { method: 'POST', url: path, body: { outcome, reason: 'seen in the console' } },
    ]);
  });

  it('resolve wants one answer, and not both', async () => {
    for (const flags of [[], ['--confirmed', '--not-done']]) {
      const { code, err } = await dmitry(['run', 'resolve', run.id, '--effect', KEY, '--note', 'x', ...flags]);
      expect([code, err.includes('either --confirmed or --not-done'), seen.length]).toEqual([2, true, 0]);
    }
  });

  it('says what the gateway says no to, and whom it does not know', async () => {
    const { code, err } = await dmitry('run show nothing');
    expect([code, err.includes('nothing there (request.not_found)')]).toEqual([2, true]);
    answers = { 'GET /v1/runs/odd': { body: { id: 'odd' } } };
    expect((await dmitry('run show odd')).code).toBe(3);
  });
});

describe('dlq', () => {
  it('list follows the pages up to the limit', async () => {
    const path = '/v1/dead-letters?code=normalise.not_recognised';
    answers = {
      [`GET ${path}&limit=3`]: { body: { items: [letter(1), letter(2)], next: letter(2).id } },
      [`GET ${path}&limit=1&after=${letter(2).id}`]: { body: { items: [letter(3)], next: letter(3).id } },
    };
    const { out } = await dmitry('dlq list --code normalise.not_recognised --limit 3 --json');
    expect((JSON.parse(out) as { id: string }[]).map(({ id }) => id)).toEqual([1, 2, 3].map((n) => letter(n).id));
    answers = { 'GET /v1/dead-letters?limit=200': { body: { items: [letter(4)] } } };
    expect((await dmitry('dlq list')).out).toContain('security-events/0@4');
    answers = { 'GET /v1/dead-letters?limit=200': { body: { items: [] } } };
    expect((await dmitry('dlq list')).out).toBe('no dead letters\n');
  });

  it('show gives the original bytes with what came along, and nothing in them acts on a terminal', async () => {
    const value = Buffer.from('{"a":"\u001b[2J"}').toString('base64');
    answers = { [`GET /v1/dead-letters/${letter(1).id}`]: { body: { ...letter(1), value } } };
    const { out } = await dmitry(`dlq show ${letter(1).id}`);
    expect(out).toMatch(/no format \(normalise.not_recognised\)[^]+header dmitry-record +7[^]+\{"a":"\\u\{1b\}\[2J"\}/);
    expect(JSON.parse((await dmitry(`dlq show ${letter(1).id} --json`)).out)).toMatchObject({ value });
    answers = { [`GET /v1/dead-letters/${letter(1).id}`]: { body: { ...letter(1), value: null } } };
    expect((await dmitry(`dlq show ${letter(1).id}`)).out).toContain('erased');
  });

  it('replay publishes it again', async () => {
    const replayed = { ...letter(1), replayed_at: '2026-03-02T10:00:00.000Z' };
    answers = { [`POST /v1/dead-letters/${letter(1).id}/replay`]: { status: 202, body: replayed } };
    const { code, out } = await dmitry(`dlq replay ${letter(1).id}`);
    expect([code, out]).toEqual([0, `replayed ${letter(1).id} to security-events at 2026-03-02T10:00:00.000Z\n`]);
  });
});
