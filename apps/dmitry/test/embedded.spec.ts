import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { createHttpClient } from '@dmitry/outbound/http';
import { startSimulator } from '@dmitry/platform-simulator';
import { ndjson, openDesk } from './support/desk.ts';
import { call, exportOf, type Serving, serving } from './support/live.ts';

jest.setTimeout(180_000);

const clock = new SystemClock();
const desk = openDesk();
afterAll(() => desk.close());
const input = desk.file('events.ndjson', `${ndjson([1, 2, 3].map(exportOf))}{broken\n`);

describe('dmitry demo', () => {
  it('goes the whole way: every effect is an allowed one, the proof verifies, and unreadable records cost only themselves', async () => {
    const { code, out, err } = await call(['demo', '--json', '--input', input], { cwd: desk.folder });
    expect([code, err.includes('record 3')]).toEqual([0, true]);
    const report = JSON.parse(out) as Record<string, any>;
    expect(report).toMatchObject({ events: 3, bundle: { verified: true } });
    expect(report['decisions'].allow).toBe(report['runs'].length);
    expect(report['effects']).toHaveLength(report['runs'].length);
    expect(report['runs'].length).toBeGreaterThan(0);
    expect(report['incidents'][0].findings.flatMap((finding: any) => finding.records)).toContain(0);
    const { path, trust_path: trust, checkpoint_path: since } = report['bundle'];
    expect(
      (await call(['verify', path, '--trust', trust, '--since', since, '--complete'], { cwd: desk.folder })).code,
    ).toBe(0);
    expect((await call(['verify', path], { cwd: desk.folder })).code).toBe(1);
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    const bent = desk.file('bent.json', bytes);
    expect((await call(['verify', bent, '--trust', trust], { cwd: desk.folder })).code).toBe(1);
  });

  it('with deny runs nothing that needs a person, in a folder of its own, and tells a person what happened', async () => {
    const { code, out, err } = await call(['demo', '--input', input, '--approve', 'deny', '--bundle', 'mine.json'], {
      cwd: desk.folder,
    });
    expect(code).toBe(0);
    expect(out).toContain('verified');
    expect(err).toContain('denied');
    expect(existsSync(join(desk.folder, 'mine.json.trust.json'))).toBe(true);
    expect(existsSync(join(desk.folder, '.dmitry', 'demo-2'))).toBe(true);
  });

  it('asks on a terminal and takes anything but yes for no', async () => {
    const asked = { cwd: desk.folder, terminal: true, stdin: 'maybe\n' };
    const { code, err } = await call(['demo', '--input', input, '--approve', 'ask'], asked);
    expect([code, err.includes('This action needs a person')]).toEqual([0, true]);
    expect(err).toContain('denied');
  });

  it('refuses what it cannot do before anything is read', async () => {
    const real = {
      PLATFORM_URL: 'http://127.0.0.1:9/platform',
      PDRI_URL: 'http://127.0.0.1:9/pdri',
      AEGIS_URL: 'http://127.0.0.1:9/aegis',
    };
    const auto = await call(['demo', '--approve', 'auto'], { cwd: desk.folder, env: real });
    expect([auto.code, auto.err.includes('do not prove to be the simulator')]).toEqual([2, true]);
    expect((await call(['demo', '--approve', 'ask'], { cwd: desk.folder })).code).toBe(2);
    expect((await call(['demo', '--from', 'nonsense'], { cwd: desk.folder })).code).toBe(2);
    expect((await call(['demo'], { cwd: desk.folder, env: { PLATFORM_URL: 'http://x' } })).code).toBe(2);
  });
});

describe('dmitry demo over again', () => {
  const again = async (home: string, ...args: readonly string[]) => {
    const { code, out } = await call(['demo', '--json', '--input', input, '--home', home, ...args], {
      cwd: desk.folder,
    });
    expect(code).toBe(0);
    const { seconds: _seconds, ledger: _ledger, bundle, ...same } = JSON.parse(out) as Record<string, any>;
    return JSON.stringify({ ...same, verified: bundle.verified });
  };

  it('says the same with the same seed and time, and stands on the same keys', async () => {
    const given = ['--seed', 'a', '--now', '2026-03-02T00:00:00Z'];
    const first = await again('first', ...given);
    const second = await again('second', ...given);
    expect(second).toBe(first);
    const keysIn = (home: string) => readFileSync(join(desk.folder, home, 'demo-1', 'keys.json'), 'utf8');
    expect(keysIn('second')).toBe(keysIn('first'));
    expect(keysIn('first')).not.toBe(keysIn('.dmitry'));
  });

  it('refuses a time that is none, and to serve on a clock that nobody shares', async () => {
    const refused = async (...args: readonly string[]) => (await call(['demo', ...args], { cwd: desk.folder })).err;
    expect(await refused('--now', 'yesterday')).toContain('--now yesterday: a time in UTC is needed');
    expect(await refused('--now', '2026-03-02T00:00:00Z', '--keep')).toContain('--keep');
    expect((await call(['scan', '--seed', 'a'], { cwd: desk.folder })).code).toBe(2);
  });
});

describe('dmitry demo of little', () => {
  it('answers cleanly when no rule matches: nothing found, a proof of it, and yes', async () => {
    const dull = {
      ...exportOf(1),
      event_type: 'SYSTEM_ACCESS',
      exposure_direction: 'internal_to_internal',
      data_volume_estimate: 1,
    };
    const quiet = desk.file('quiet.ndjson', ndjson([{ ...dull, sensitivity_tags: [], privilege_level: 'standard' }]));
    const { code, out, err } = await call(['demo', '--json', '--input', quiet], { cwd: desk.folder });
    expect([code, err.includes('No findings: no rule matched any of 1 events')]).toEqual([0, true]);
    expect(JSON.parse(out)).toMatchObject({
      events: 1,
      findings: 0,
      runs: [],
      effects: [],
      bundle: { verified: true },
    });
  });

  it('refuses input without one readable event, naming the file, the reason and what would be right', async () => {
    const nothing = desk.file('nothing.ndjson', ndjson([{ hello: 'world' }]));
    const { code, out, err } = await call(['demo', '--input', nothing], { cwd: desk.folder });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /nothing\.ndjson: holds no event that can be read as auto \(normalise\.not_recognised: .+ --from/,
    );
    expect((await call(['demo', '--input', desk.file('empty.ndjson', '')], { cwd: desk.folder })).code).toBe(2);
  });

  it('says which stores it does not use', async () => {
    const env = { DATABASE_URL: 'postgres://x/y', REDIS_URL: 'redis://x' };
    const { code, err } = await call(['demo', '--input', input], { cwd: desk.folder, env });
    expect([code, err.includes('DATABASE_URL, REDIS_URL ignored')]).toEqual([0, true]);
  });
});

describe('dmitry start', () => {
  it('in production refuses a simulated Platform: nothing falls back silently', async () => {
    const production = await call(['start', '--port', '0'], { cwd: desk.folder, env: { NODE_ENV: 'production' } });
    expect([production.code, production.err.includes('PLATFORM_URL')]).toEqual([2, true]);
  });

  it('ends with 3 when a service that is named is not there', async () => {
    const env = { DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:9/x' };
    const { code, err } = await call(['start', '--port', '0', '--home', 'away'], { cwd: desk.folder, env });
    expect([code, err.includes('storage.unavailable'), err.includes('hunter2')]).toEqual([3, true, false]);
  });

  it('says that a port is in use, and how to go on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as { port: number }).port);
    const { code, err } = await call(['start', '--port', port, '--home', 'taken'], { cwd: desk.folder });
    server.close();
    expect([code, err.includes('host.port_unavailable'), err.includes('--port')]).toEqual([2, true, true]);
  });

  it('says that its folder cannot be one', async () => {
    const { code, err } = await call(['start', '--home', desk.file('a-file', '')], { cwd: desk.folder });
    expect([code, err.includes('host.folder_unusable')]).toEqual([2, true]);
  });
});

describe('dmitry start and who talks to it', () => {
  let served: Serving;
  let env: Record<string, string> = {};
  beforeAll(async () => {
    served = await serving(desk.folder, {}, '--home', 'served');
    env = { DMITRY_URL: served.gateway, DMITRY_TOKEN: served.token };
  });
  const dmitry = (...args: string[]) => call(args, { cwd: desk.folder, env });

  it('halts and resumes, for the tenant and for all', async () => {
    const halted = await dmitry('halt', '--tenant', 'demo', '--reason', 'drill', '--json');
    expect([halted.code, JSON.parse(halted.out)]).toMatchObject([0, { halted: true, in_flight: [] }]);
    expect((await dmitry('resume', '--tenant', 'demo', '--reason', 'over')).code).toBe(0);
    expect(JSON.parse((await dmitry('halt', '--all', '--reason', 'drill', '--json')).out)).toMatchObject({
      all: { halted: true },
    });
    expect(JSON.parse((await dmitry('resume', '--all', '--reason', 'over', '--json')).out)).toMatchObject({
      halted: false,
    });
    expect((await dmitry('halt', '--reason', 'both missing')).code).toBe(2);
    expect((await dmitry('halt', '--tenant', 'other', '--reason', 'x')).err).toContain('auth.tenant_mismatch');
  });

  it('shows in its own health what the orchestrator does: sequencer, outbox and jobs', async () => {
    const client = createHttpClient({ service: 'gateway', baseUrl: served.gateway, clock, ids: new RandomIds(clock) });
    const result = await client.operate({ method: 'GET', path: '/ready', operation: 'test', kind: 'read' });
    await client.close();
    expect(result).toMatchObject({
      kind: 'ok',
      body: { ready: true, dependencies: { ledger_sequencer: 'healthy', outbox: 'healthy', job_queue: 'healthy' } },
    });
  });

  it('tells the simulated PDRI of what comes in over HTTP, and takes a token that the command line signs', async () => {
    const roles = ['--role', 'service', '--role', 'analyst', '--home', 'served'];
    const made = await dmitry('token', '--tenant', 'demo', ...roles);
    expect(made.code).toBe(0);
    const around = { clock, ids: new RandomIds(clock) };
    const authorization = () => `Bearer ${made.out.trim()}`;
    const gateway = createHttpClient({ ...around, service: 'gateway', baseUrl: served.gateway, authorization });
    const body = { records: [exportOf(1)] };
    const sent = await gateway.operate({ method: 'POST', path: '/v1/events', operation: 'test', kind: 'unsafe', body });
    await gateway.close();
    expect(sent).toMatchObject({ kind: 'ok', body: { accepted: 1 } });
    const pdri = createHttpClient({ ...around, service: 'pdri', baseUrl: `${served.simulator}/pdri` });
    const health = await pdri.operate({ method: 'GET', path: '/health', operation: 'test', kind: 'read' });
    await pdri.close();
    expect(JSON.stringify(health)).toContain('"events_processed":1');
    const production = { cwd: desk.folder, env: { NODE_ENV: 'production' } };
    expect((await call(['token', '--tenant', 'demo', ...roles], production)).code).toBe(2);
  });

  it('lists nothing that waits, and says so of an id that is not there', async () => {
    expect((await dmitry('approval', 'list')).out).toContain('nothing waits');
    expect(JSON.parse((await dmitry('approval', 'list', '--json', '--status', 'denied')).out)).toEqual([]);
    const missing = await dmitry('approval', 'show', 'nothing');
    expect([missing.code, missing.err.includes('request.not_found')]).toEqual([2, true]);
    expect((await dmitry('approval', 'approve', 'nothing')).code).toBe(2);
  });

  it('needs a token, and a gateway', async () => {
    expect(
      (await call(['approval', 'list'], { cwd: desk.folder, env: { DMITRY_URL: env['DMITRY_URL'] ?? '' } })).code,
    ).toBe(2);
    const nobody = { DMITRY_URL: 'http://127.0.0.1:9', DMITRY_TOKEN: 'x' };
    expect((await call(['approval', 'list'], { cwd: desk.folder, env: nobody })).code).toBe(3);
  });

  it('keeps its folder to itself: a second instance does not open it', async () => {
    const log = join(desk.folder, 'served', 'dmitry.log');
    const before = readFileSync(log, 'utf8');
    const second = await call(['start', '--port', '0', '--home', 'served'], { cwd: desk.folder });
    expect([second.code, second.err.includes('storage.locked')]).toEqual([3, true]);
    expect(readFileSync(log, 'utf8').slice(before.length)).not.toContain('start');
  });

  it('stops when it is told to, and its folder can be opened again', async () => {
    expect(await served.stop()).toBe(0);
    const again = await serving(desk.folder, {}, '--home', 'served');
    expect(await again.stop()).toBe(0);
  });
});

describe('dmitry doctor', () => {
  it('tells what is embedded, what answers and what does not, without any address', async () => {
    const embedded = await call(['doctor', '--json'], { cwd: desk.folder });
    expect(embedded.code).toBe(0);
    expect((JSON.parse(embedded.out) as { state: string }[]).every(({ state }) => state === 'up')).toBe(true);
    const simulator = await startSimulator({ clock, ids: new RandomIds(clock) });
    const env = {
      PLATFORM_URL: `${simulator.url}/platform`,
      DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:9/x',
      REDIS_URL: 'redis://127.0.0.1:9',
      KAFKA_BROKERS: '127.0.0.1:9',
      LLM_BASE_URL: 'offline',
    };
    const { code, out, err } = await call(['doctor'], { cwd: desk.folder, env });
    await simulator.close();
    expect(code).toBe(3);
    expect(out).toMatch(/Platform +service +up/);
    expect(out).toMatch(/PostgreSQL +service +down/);
    expect(out).toMatch(/Redis +service +down/);
    expect(out + err).not.toContain('hunter2');
  });
});
