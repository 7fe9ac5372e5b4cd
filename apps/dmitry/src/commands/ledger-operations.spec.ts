import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { PgliteDatabase } from '@dmitry/storage/pglite';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import {
  createLogSigners,
  createTrustFile,
  parseTlogPolicy,
  parseVerifierKey,
  signedCheckpoint,
  verifySplitView,
  verifyTlogProof,
} from '@dmitry/trust-ledger';
import { createFileCheckpointKeeper, exportTiles } from '@dmitry/trust-ledger/files';
import { createMemoryLedger } from '@dmitry/trust-ledger/memory';
import { createLedger, createLogReader, createSequencer, trustLedgerMigrations } from '@dmitry/trust-ledger/storage';
import { openDesk } from '../../test/support/desk.ts';
import { openHome } from '../host/home.ts';

jest.setTimeout(120_000);

const desk = openDesk();
const clock = new ManualClock();
const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'served') });
const tenant = 'acme';
const key = () => memory.signer(tenant).verifierKey;
const token = `x.${Buffer.from(JSON.stringify({ tenant_id: tenant })).toString('base64url')}.x`;

let server: Server;
let url = '';
let inFlight = 0;
let mostInFlight = 0;
let down = false;

/** Static files below `/`, and the same log behind a token as a gateway serves it. */
function serve(): Promise<void> {
  server = createServer((request, response) => {
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    response.on('finish', () => inFlight--);
    if (down) return response.writeHead(503).end();
    const path = request.url ?? '';
    const below = path.startsWith('/v1/ledger/') ? `log/${path.slice('/v1/ledger/'.length)}` : path.slice(1);
    if (path.startsWith('/v1/') && request.headers.authorization !== `Bearer ${token}`)
      return response.writeHead(401).end('{}');
    if (path === '/v1/ledger/trust') return response.end(JSON.stringify(createTrustFile({ logs: [key()] })));
    const file = join(desk.folder, below);
    if (!existsSync(file)) return response.writeHead(404).end('not here');
    return response.end(readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
}

beforeAll(async () => {
  const session = await memory.ledger.openSession(tenant, { kind: 'service', name: 's' });
  const add = (count: number) => session.record(Array.from({ length: count }, () => ({ type: 'config' as const })));
  await add(2);
  await exportTiles(memory.reader(tenant), join(desk.folder, 'early'), key());
  await add(598);
  await exportTiles(memory.reader(tenant), join(desk.folder, 'log'), key());
  await serve();
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  desk.close();
});

const json = async (args: string, options: Parameters<typeof desk.call>[1] = {}) => {
  const { code, out, err } = await desk.call(`${args} --json`, options);
  return { code, err, answer: (out === '' ? null : JSON.parse(out)) as Record<string, any> };
};

describe('a log that is served over HTTP', () => {
  it('passes fsck like its folder, tile by tile, and nothing known before may be gone from it', async () => {
    mostInFlight = 0;
    const { code, answer } = await json(`ledger fsck ${url}/log --since early/checkpoint`);
    expect([code, answer]).toMatchObject([0, { ok: true, size: 600, entries: 600, faults: [] }]);
    // memory does not grow with the log: never more than the tiles of one proof at a time
    expect(mostInFlight).toBeLessThanOrEqual(4);
    expect((await json(`ledger fsck ${url}/early --since log/checkpoint`)).answer['faults'][0].code).toBe(
      'log_truncated',
    );
  });

  it('gives its checkpoint, proofs that others verify, and a copy', async () => {
    const note = readFileSync(join(desk.folder, 'log/checkpoint'), 'utf8');
    expect((await desk.call(`ledger checkpoint ${url}/log/`)).out).toBe(note);
    const { out } = await desk.call(`ledger prove ${url}/log --index 270`);
    const entry = (await json(`ledger prove log --index 270`)).answer['entry'] as string;
    const policy = parseTlogPolicy(`log ${key()}\nquorum none\n`);
    expect(verifyTlogProof(out, Buffer.from(entry, 'base64'), policy)).toMatchObject({ ok: true });
    expect((await json(`ledger export ${url}/log --tiles copy`)).answer).toMatchObject({ size: 600 });
    expect((await json(`ledger fsck copy --public-key ${key()}`)).answer).toMatchObject({ ok: true, size: 600 });
  });

  it('that is not there is a service that is not there; a prefix without a log is none', async () => {
    expect((await desk.call('ledger fsck http://127.0.0.1:9/')).code).toBe(3);
    expect((await json(`ledger fsck ${url}/nothing --public-key ${key()}`)).answer['faults'][0].code).toBe(
      'checkpoint_missing',
    );
    expect((await desk.call(`ledger checkpoint ${url}/nothing`)).code).toBe(2);
  });
});

describe('the log of a deployment', () => {
  const env = () => ({ DMITRY_URL: url, DMITRY_TOKEN: token });

  it('is read over the gateway as static tiles, under the key that the gateway names', async () => {
    expect((await json('ledger fsck', { env: env() })).answer).toMatchObject({ ok: true, size: 600 });
    expect((await json(`ledger checkpoint --url ${url} --token ${token}`)).answer).toMatchObject({ size: 600 });
    expect((await json('ledger prove --index 3', { env: env() })).answer).toMatchObject({ index: 3, size: 600 });
    expect((await json(`ledger export --tiles mine --tenant ${tenant}`, { env: env() })).answer).toMatchObject({
      size: 600,
    });
    expect((await json(`ledger fsck mine --public-key ${key()}`)).answer).toMatchObject({ ok: true });
  });

  it('is that of the token, and of nobody without one', async () => {
    const other = await desk.call('ledger checkpoint --tenant other', { env: env() });
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('the token is for another tenant')]);
    expect((await desk.call(`ledger checkpoint --url ${url}`)).err).toContain('--token');
    expect((await desk.call(`ledger checkpoint --url ${url} --token wrong`)).err).toContain('answers 401');
  });
});

describe('ledger monitor', () => {
  const once = (log: string, more = '') =>
    json(`ledger monitor ${log} --public-key ${key()} --state seen --once ${more}`);

  it('remembers what it saw, across calls, and takes a head that leads on', async () => {
    expect((await once('early')).answer).toEqual({ kind: 'first', size: 2 });
    expect((await once('early')).answer).toEqual({ kind: 'same', size: 2 });
    expect(await once(`${url}/log`)).toMatchObject({ code: 0, answer: { kind: 'grown', size: 600 } });
  });

  it('says no to a head smaller than one it saw, with both notes', async () => {
    const { code, answer } = await once('early');
    expect([code, answer]).toMatchObject([1, { kind: 'shrunk', size: 2, seen: 600 }]);
    expect(answer['checkpoints']).toHaveLength(2);
  });

  it('writes a proof of two histories that convicts the log to a stranger, and exits with no', async () => {
    cpSync(join(desk.folder, 'log'), join(desk.folder, 'forked'), { recursive: true });
    const { origin, size } = signedCheckpoint(readFileSync(join(desk.folder, 'log/checkpoint'), 'utf8'));
    desk.file('forked/checkpoint', memory.signer(tenant).sign({ origin, size, root: Buffer.alloc(32, 1) }));
    const { code, answer } = await once('forked');
    expect([code, answer['kind']]).toEqual([1, 'split_view']);
    const proof: unknown = JSON.parse(readFileSync(answer['path'] as string, 'utf8'));
    expect(verifySplitView(proof, [parseVerifierKey(key())])).toMatchObject({ proven: true, sizes: [600, 600] });
    expect((await once(`${url}/log`)).answer).toEqual({ kind: 'same', size: 600 }); // the memory is not the fork's
  });

  it('follows until it is stopped, over looks at which the server is down', async () => {
    const time = new ManualClock();
    const stop = new AbortController();
    const lines: string[] = [];
    const watching = desk.call(`ledger monitor ${url}/log --public-key ${key()} --state other --every 5 --json`, {
      clock: time,
      signal: stop.signal,
      write: async (text) => {
        lines.push(text);
      },
    });
    const until = async (count: number) => {
      while (lines.length < count) {
        await time.advance(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await until(2);
    down = true;
    await until(3);
    down = false;
    await until(4);
    stop.abort();
    expect((await watching).code).toBe(130);
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds.filter((kind, at) => kind !== kinds[at - 1])).toEqual(['first', 'same', 'unavailable', 'same']);
  });

  it.each([
    ['ledger monitor log --state s --every 0', '--every 0'],
    ['ledger monitor log', '--state'],
  ])('%s cannot be used', async (args, why) => {
    expect(await desk.call(args)).toMatchObject({ code: 2, err: expect.stringContaining(why) });
  });
});

describe('the database of a data folder', () => {
  const owner = 'demo';
  beforeAll(async () => {
    const ids = new SeededIds(clock, 'state');
    const home = openHome(join(desk.folder, 'home'), ids);
    const hex = (text: string) => Buffer.from(text, 'hex');
    const identity = { deployment: home.keys.deployment, pseudonymKey: hex(home.keys.pseudonym_key) };
    const database = await PgliteDatabase.open({ folder: home.database, migrations: trustLedgerMigrations });
    const dataKeys = createDataKeys({ ids, masterKey: hex(home.keys.master_key) });
    const ledger = createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids });
    const signer = createLogSigners(hex(home.keys.signer_seed));
    const keeper = createFileCheckpointKeeper(home.checkpoints);
    const parts = { database, leases: createLeases(database), logger: silentLogger, holder: 'one' };
    const sequencer = createSequencer({ ...identity, ...parts, signer, keeper });
    const reader = createLogReader({ ...identity, database, tenant: owner });
    const add = async (count: number) => {
      const session = await ledger.openSession(owner, { kind: 'service', name: 's' });
      await session.record(Array.from({ length: count - 1 }, (_, n) => ({ type: 'config' as const, payload: { n } })));
      await session.seal();
      await sequencer.round();
    };
    const verifierKey = signer(reader.origin).verifierKey;
    await add(256);
    await exportTiles(reader, join(desk.folder, 'earlier'), verifierKey);
    await sequencer.close();
    await database.close();
    cpSync(home.folder, join(desk.folder, 'backup'), { recursive: true });
    const again = await PgliteDatabase.open({ folder: home.database, migrations: [] });
    const later = createLedger({ ...identity, database: again, dataKeys, sealer: createSealer(ids), clock, ids });
    const session = await later.openSession(owner, { kind: 'service', name: 's' });
    await session.record(Array.from({ length: 299 }, (_, n) => ({ type: 'config' as const, payload: { n } })));
    await session.seal();
    const sequencing = { database: again, leases: createLeases(again), logger: silentLogger, holder: 'two' };
    await createSequencer({ ...identity, ...sequencing, signer, keeper }).round();
    await exportTiles(
      createLogReader({ ...identity, database: again, tenant: owner }),
      join(desk.folder, 'kept'),
      verifierKey,
    );
    await again.close();
    cpSync(home.checkpoints, join(desk.folder, 'backup', 'checkpoints'), { recursive: true }); // kept outside: newer than the backup
  });

  it('is held to a log that was kept elsewhere, and to the checkpoint that was', async () => {
    const well = await json(`ledger fsck kept --against-state --tenant ${owner} --home home`);
    expect([well.code, well.answer]).toMatchObject([0, { ok: true, size: 556, faults: [] }]);
    const own = await json(`ledger fsck --against-state --tenant ${owner} --home home`);
    expect([own.code, own.answer]).toMatchObject([0, { ok: true, size: 556 }]);
    expect((await json(`ledger fsck earlier --against-state --tenant ${owner} --home home`)).answer['ok']).toBe(true);
  });

  it('that was restored from a backup is behind, and the answer names the entries that are gone', async () => {
    const { code, answer } = await json(`ledger fsck kept --against-state --tenant ${owner} --home backup`);
    expect([code, answer['faults']]).toMatchObject([
      1,
      [{ code: 'state_behind', where: 'state', message: expect.stringContaining('missing entries 256 to 555') }],
    ]);
    const own = await json(`ledger fsck --against-state --tenant ${owner} --home backup`);
    expect([own.code, own.answer['faults'][0].code]).toEqual([1, 'log_truncated']);
  });

  it('is pruned by a rule that stands in the ledger, and keeps its proofs', async () => {
    const pruned = await json(`ledger prune --tenant ${owner} --minimum-index 300 --home home --reason test`);
    expect([pruned.code, pruned.answer]).toEqual([0, { minimum_index: 256, removed: 256, kept: 0 }]);
    const after = await json(`ledger fsck kept --against-state --tenant ${owner} --home home`);
    expect(after.answer).toMatchObject({ ok: true });
    const state = await json(`ledger fsck --tenant ${owner} --home home`);
    expect(state.answer).toMatchObject({ ok: true, size: 556, entries: 300, minimum_index: 256 });
    expect((await json(`ledger export --tenant ${owner} --home home --tiles pruned`)).answer).toMatchObject({
      size: 556,
    });
    expect((await json('ledger fsck pruned')).answer).toMatchObject({ ok: true, entries: 300, minimum_index: 256 });
    expect((await desk.call('ledger fsck pruned --minimum-index 0')).code).toBe(1);
  });

  it.each([
    ['ledger fsck --against-state', '--against-state: give --tenant'],
    ['ledger checkpoint --tenant demo --home nowhere', 'no data folder of ours'],
    ['ledger prune --tenant demo --home home --minimum-index 1', '--reason'],
    ['ledger prune --tenant demo --home home', 'either --minimum-index N or --before TIME'],
    ['ledger prune --minimum-index 1', 'either a FOLDER of tiles or --tenant T'],
    ['ledger prune --tenant demo --home home --before soon --reason x', '--before soon'],
  ])('%s cannot be used', async (args, why) => {
    expect(await desk.call(args)).toMatchObject({ code: 2, err: expect.stringContaining(why) });
  });
});

describe('ledger prune of a folder', () => {
  it('removes bundles of entries that a signed checkpoint covers, and nothing else changes', async () => {
    cpSync(join(desk.folder, 'log'), join(desk.folder, 'served'), { recursive: true });
    const proof = (await desk.call('ledger prove served --index 580')).out;
    expect((await json('ledger prune served --minimum-index 550')).answer).toEqual({ minimum_index: 512, removed: 2 });
    expect(existsSync(join(desk.folder, 'served/tile/entries/000'))).toBe(false);
    expect((await json('ledger fsck served')).answer).toMatchObject({ ok: true, entries: 88, minimum_index: 512 });
    expect((await desk.call('ledger prove served --index 580')).out).toBe(proof);
    const again = await json('ledger prune served --minimum-index 256');
    expect(again.answer).toEqual({ minimum_index: 512, removed: 0 }); // a minimum never sinks
    const beyond = await desk.call('ledger prune served --minimum-index 800');
    expect([beyond.code, beyond.err]).toEqual([2, expect.stringContaining('ledger.prune_refused')]);
  });
});

describe('ledger rotate-key', () => {
  it('changes the keys of a data folder in two steps, and names both to those who trust', async () => {
    const first = await json('ledger rotate-key --home home');
    expect(first.answer).toMatchObject({ step: 'both', keys: [{ origin: expect.stringContaining('local.dmitry/') }] });
    const { retiring, current } = first.answer['keys'][0] as Record<string, string>;
    expect(readFileSync(join(desk.folder, 'kept/log.pub'), 'utf8').trim()).toBe(retiring);
    expect((await desk.call('ledger rotate-key --home home')).err).toContain('--finish');
    const second = await json('ledger rotate-key --finish --home home');
    expect(second.answer).toMatchObject({ step: 'new', keys: [{ current }] });
    expect((await desk.call('ledger rotate-key --finish --home home')).err).toContain('no change of keys is under way');
  });

  it('tells a deployment what to set, and changes nothing', async () => {
    const env = { DMITRY_SIGNER_SEED: '01'.repeat(32) };
    const { answer } = await json('ledger rotate-key', { env });
    const { variables } = answer as { variables: Record<string, string> };
    expect(variables['DMITRY_RETIRING_SIGNER_SEED']).toBe('01'.repeat(32));
    expect(variables['DMITRY_SIGNER_SEED']).toMatch(/^[0-9a-f]{64}$/);
    const { code, err } = await desk.call('ledger rotate-key --home nowhere');
    expect([code, err]).toEqual([2, expect.stringContaining('no data folder of ours')]);
  });
});
