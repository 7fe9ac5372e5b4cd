import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { OutboundClient, OutboundRequest, OutboundResult } from '@dmitry/outbound';
import { createScriptedClient, type ScriptedAnswer } from '@dmitry/outbound/memory';
import {
  createEd25519Cosigner,
  createMlDsaCosigner,
  createTrustFile,
  createWitness,
  createWitnessStore,
  exportBundle,
  originHash,
  parseTlogPolicy,
  type SignedCheckpoint,
  verifyBundle,
} from '../core/index.ts';
import { createFileCheckpointKeeper } from '../files/index.ts';
import { createMemoryLedger } from '../memory/index.ts';
import {
  createCosignatureCollector,
  createWitnessClient,
  createWitnessServer,
  type WitnessServer,
  witnessesOf,
} from './index.ts';

const clock = new ManualClock();
const folder = mkdtempSync(join(tmpdir(), 'trust-ledger-witness-'));
const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const classical = createEd25519Cosigner('witness.example/w1', seedOf(1));
const quantum = createMlDsaCosigner('witness.example/w1', seedOf(2));
const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'witness'), deployment: 'witnessed.example' });
const reader = memory.reader('acme');
let server: WitnessServer;
let base = '';

const witness = () =>
  createWitness({
    logs: [memory.signer('acme').key],
    cosigners: [classical, quantum],
    store: createWitnessStore(createFileCheckpointKeeper(folder)),
    nowMs: () => clock.now(),
  });

async function grow(count: number): Promise<SignedCheckpoint> {
  const session = await memory.ledger.openSession('acme', { kind: 'system', name: 'test' });
  await session.record(Array.from({ length: count }, (_, n) => ({ type: 'config' as const, facts: { n } })));
  await session.seal();
  return (await reader.checkpoint()) as SignedCheckpoint;
}

/** Sends the body as it is, answers as the real client does. */
function textClient(url: string): OutboundClient {
  const operate = async ({ method, path, body, headers }: OutboundRequest): Promise<OutboundResult> => {
    const reply = await fetch(`${url}${path}`, { method, body: String(body), headers: { ...headers } });
    const rest = { status: reply.status, body: await reply.text(), headers: {}, entry: '', latencyMs: 0 };
    return { kind: reply.ok ? 'ok' : 'refused', ...rest };
  };
  return { ...createScriptedClient({ service: 'witness', script: [] }), operate };
}
const scripted = (...script: ScriptedAnswer[]) => createScriptedClient({ service: 'witness', script });
const clientOf = (client: OutboundClient) =>
  createWitnessClient({ name: 'w1', keys: [classical.key, quantum.key], client });

beforeAll(async () => {
  server = createWitnessServer({ witness: witness(), logger: silentLogger, prefix: '/w' });
  base = `http://127.0.0.1:${await server.listen(0)}/w`;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('witness and client over HTTP', () => {
  it('make a bundle whose witnessed verdict passes, and a policy that wants more says no', async () => {
    const collector = createCosignatureCollector({ witnesses: [clientOf(textClient(base))], logger: silentLogger });
    await grow(3);
    const head = await grow(300);
    const cosigned = await collector.cosign(reader, head);
    expect(cosigned).toMatchObject({ by: ['w1'], enough: true, ahead: [] });
    const source = { tenant: 'acme', ledger: memory.ledger, database: memory.database };
    const witnessed = { ...reader, origin: reader.origin, checkpoint: async () => ({ ...head, note: cosigned.note }) };
    const log = { tile: reader.tile.bind(reader), checkpoints: reader.checkpoints.bind(reader) };
    const bytes = await exportBundle(
      { ...source, reader: { ...witnessed, ...log, indexOf: reader.indexOf.bind(reader) } },
      { kind: 'all' },
    );
    const logs = [memory.signer('acme').verifierKey];
    const witnesses = { classical: classical.verifierKey, quantum: quantum.verifierKey };
    expect(verifyBundle(bytes, { trust: createTrustFile({ logs, witnesses }) })).toMatchObject({
      ok: true,
      verdicts: { witnessed: 'pass' },
    });
    const third = createEd25519Cosigner('witness.example/w3', seedOf(3)).verifierKey;
    expect(verifyBundle(bytes, { trust: createTrustFile({ logs, witnesses: { ...witnesses, third } }) })).toMatchObject(
      { ok: false, verdicts: { witnessed: 'fail' }, faults: [{ code: 'quorum_not_met' }] },
    );
  });

  it('find the size to start from, also after the witness started again from its files', async () => {
    const head = await grow(5);
    const again = createWitnessServer({ witness: witness(), logger: silentLogger });
    const url = `http://127.0.0.1:${await again.listen(0)}`;
    expect(await clientOf(textClient(url)).cosign(reader, head)).toMatchObject({ kind: 'cosigned' });
    expect(await clientOf(textClient(url)).cosign(reader, head)).toMatchObject({ kind: 'cosigned' });
    await again.close();
  });

  it('tell a log that was put back that the witness has seen more', async () => {
    const before = (await reader.checkpoint()) as SignedCheckpoint;
    const after = await grow(1);
    expect(await clientOf(textClient(base)).cosign(reader, after)).toMatchObject({ kind: 'cosigned' });
    const collector = createCosignatureCollector({ witnesses: [clientOf(textClient(base))], logger: silentLogger });
    expect(await collector.cosign(reader, before)).toMatchObject({
      note: before.note,
      enough: false,
      ahead: [{ witness: 'w1', size: after.size }],
    });
  });

  it('serve the newest cosigned head, and nothing else', async () => {
    const served = await fetch(`${base}/${originHash(reader.origin)}/checkpoint`);
    expect([served.status, (await served.text()).split('\n')[0]]).toEqual([200, reader.origin]);
    const answers = await Promise.all([
      fetch(`${base}/add-checkpoint`),
      fetch(`${base}/${'0'.repeat(64)}/checkpoint`),
      fetch(`${base}/${'0'.repeat(64)}/checkpoint`, { method: 'POST' }),
      fetch(`${base}/else`),
      fetch(base.replace('/w', '/elsewhere')),
      fetch(`${base}/add-checkpoint`, { method: 'POST', body: 'x'.repeat(70_000) }),
      fetch(`${base}/add-checkpoint`, { method: 'POST', body: 'x' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([405, 404, 405, 404, 404, 413, 400]);
  });

  it('answer 500 and cosign nothing when the witness cannot keep what it signs', async () => {
    const keeper = { last: () => Promise.resolve(null), keep: () => Promise.reject(new Error('disk full')) };
    const failing = createWitness({
      logs: [memory.signer('acme').key],
      cosigners: [classical],
      store: createWitnessStore(keeper),
      nowMs: () => clock.now(),
    });
    const broken = createWitnessServer({ witness: failing, logger: silentLogger });
    const url = `http://127.0.0.1:${await broken.listen(0)}`;
    const asked = await clientOf(textClient(url)).cosign(reader, (await reader.checkpoint()) as SignedCheckpoint);
    expect(asked).toMatchObject({ kind: 'refused', status: 500 });
    await broken.close();
  });

  it('refuse to listen where somebody else does', async () => {
    const port = Number(new URL(base).port);
    const second = createWitnessServer({ witness: witness(), logger: silentLogger });
    await expect(second.listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(second.close()).rejects.toMatchObject({ code: 'ERR_SERVER_NOT_RUNNING' });
  });

  it('keep a connection that sends nothing from holding the server up', async () => {
    const url = new URL(`${base}/add-checkpoint`);
    const hanging = httpRequest({ port: url.port, path: url.pathname, method: 'POST' });
    hanging.on('error', () => undefined);
    hanging.write('old 0\n');
    expect((await fetch(`${base}/else`)).status).toBe(404);
    hanging.destroy();
  });
});

describe('the witness client', () => {
  const head = () => reader.checkpoint() as Promise<SignedCheckpoint>;

  it.each<[string, ScriptedAnswer[], object]>([
    ['refuses', [{ status: 403, body: 'unknown key' }], { kind: 'refused', status: 403, why: 'unknown key' }],
    ['is down', [{ fails: 'connect', left: false }], { kind: 'unavailable', reason: 'connect' }],
    ['cosigns with keys that are not its own', [{ status: 200, body: '— other AAAAAAA=\n' }], { kind: 'refused' }],
    ['answers with what is no signature', [{ status: 200, body: '<html>' }], { kind: 'refused', status: 200 }],
    ['answers a conflict without a size', [{ status: 409, body: 'busy' }], { kind: 'refused', status: 409 }],
    [
      'names another size at each turn',
      [
        { status: 409, body: 1 },
        { status: 409, body: '2\n' },
      ],
      { kind: 'refused' },
    ],
  ])('says so when the witness %s', async (_, script, expected) => {
    expect(await clientOf(scripted(...script)).cosign(reader, await head())).toMatchObject(expected);
  });

  it('sends one line of old size, the proof and the note as text, outside of any tenant', async () => {
    const client = scripted({ status: 409, body: '1\n' }, { status: 403 });
    await clientOf(client).cosign(reader, await head());
    const [first, second] = client.sent;
    expect(first).toMatchObject({ method: 'POST', path: '/add-checkpoint', expect: 'text' });
    expect(first?.headers?.['content-type']).toBe('text/plain; charset=utf-8');
    expect(first?.body).toBe(`old 0\n\n${(await head()).note}`);
    expect(String(second?.body).split('\n')[0]).toBe('old 1');
  });
});

describe('the collector', () => {
  it('asks whom the policy gives an address, a witness with two keys once, and wants the quorum of the same policy', async () => {
    const policy = parseTlogPolicy(
      [
        `witness a ${classical.verifierKey} ${base}`,
        `witness b ${quantum.verifierKey} ${base}`,
        `witness c ${createEd25519Cosigner('w3.example', seedOf(5)).verifierKey}`,
        'group g 2 a b c',
        'quorum g',
        '',
      ].join('\n'),
    );
    const opened: string[] = [];
    const witnesses = witnessesOf(policy, (url) => {
      opened.push(url);
      return textClient(url);
    });
    expect(opened).toEqual([base]);
    expect(witnesses.map(({ name }) => name)).toEqual(['witness.example/w1']);
    const collector = createCosignatureCollector({ witnesses, quorum: policy.quorum, logger: silentLogger });
    expect(await collector.cosign(reader, await grow(1))).toMatchObject({ enough: true });
  });

  it('takes what comes: with a quorum of one of two, one witness that is down does no harm', async () => {
    const other = createEd25519Cosigner('witness.example/w2', seedOf(4));
    const down = createWitnessClient({
      name: 'w2',
      keys: [other.key],
      client: scripted({ fails: 'timeout' }),
    });
    const policy = (threshold: string) =>
      parseTlogPolicy(
        `witness a ${classical.verifierKey}\nwitness b ${other.verifierKey}\ngroup g ${threshold} a b\nquorum g\n`,
      ).quorum;
    const head = await grow(2);
    for (const [threshold, enough] of [
      ['any', true],
      ['all', false],
    ] as const) {
      const witnesses = [clientOf(textClient(base)), down];
      const collector = createCosignatureCollector({ witnesses, quorum: policy(threshold), logger: silentLogger });
      expect(await collector.cosign(reader, head)).toMatchObject({ by: ['w1'], enough });
    }
  });
});
