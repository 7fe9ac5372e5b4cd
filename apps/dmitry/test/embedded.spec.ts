import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { startSimulator } from '@dmitry/platform-simulator';
import { COMMANDS } from '../src/cli/registry.ts';
import { run } from '../src/cli/run.ts';
import { ndjson, openDesk } from './support/desk.ts';

jest.setTimeout(180_000);

/** Real time and real ids: both apps run. */
async function call(
  args: readonly string[],
  options: {
    cwd: string;
    env?: Record<string, string>;
    signal?: AbortSignal;
    stdin?: string;
    terminal?: boolean;
    onOut?: (text: string) => void;
  },
) {
  const clock = new SystemClock();
  let out = '';
  let err = '';
  const code = await run(
    args,
    {
      stdin: async function* () {
        yield Buffer.from(options.stdin ?? '');
      },
      stdinTerminal: options.terminal ?? false,
      stdout: { terminal: false, write: (text) => ((out += text), options.onOut?.(text), Promise.resolve()) },
      stderr: { terminal: false, write: (text) => ((err += text), Promise.resolve()) },
      env: options.env ?? {},
      cwd: options.cwd,
      signal: options.signal ?? new AbortController().signal,
      clock,
      ids: new RandomIds(clock),
    },
    COMMANDS,
  );
  return { code, out, err };
}

const exportOf = (n: number) => ({
  event_id: `e-${n}`,
  event_type: 'DATA_EXPORT',
  timestamp: new Date(Date.UTC(2026, 2, 1, 10, n)).toISOString(),
  source_system_id: 'dlp',
  identity_id: 'identity:eve',
  target_entity_id: 'datastore:customers',
  exposure_direction: 'internal_to_external',
  sensitivity_tags: ['financial_related'],
  data_volume_estimate: 600_000_000,
  privilege_level: 'admin',
});

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

describe('dmitry start', () => {
  it('refuses services that it would not use, and in production a simulated Platform: nothing falls back silently', async () => {
    const named = await call(['start', '--port', '0'], {
      cwd: desk.folder,
      env: { DATABASE_URL: 'postgres://x/y', REDIS_URL: 'redis://x' },
    });
    expect([named.code, named.err.includes('DATABASE_URL, REDIS_URL')]).toEqual([2, true]);
    const production = await call(['start', '--port', '0'], { cwd: desk.folder, env: { NODE_ENV: 'production' } });
    expect([production.code, production.err.includes('PLATFORM_URL')]).toEqual([2, true]);
  });
});

describe('dmitry start and who talks to it', () => {
  const stop = new AbortController();
  const started = Promise.withResolvers<Record<string, string>>();
  let serving: Promise<{ code: number }>;
  let env: Record<string, string> = {};
  beforeAll(async () => {
    const onOut = (text: string) => started.resolve(JSON.parse(text) as Record<string, string>);
    serving = call(['start', '--json', '--port', '0', '--home', 'served'], {
      cwd: desk.folder,
      signal: stop.signal,
      onOut,
    });
    const { gateway = '', token = '' } = await started.promise;
    env = { DMITRY_URL: gateway, DMITRY_TOKEN: token };
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
    const second = await call(['start', '--port', '0', '--home', 'served'], { cwd: desk.folder });
    expect([second.code === 0, second.err.includes('storage.locked')]).toEqual([false, true]);
  });

  it('stops when it is told to, and its folder can be opened again', async () => {
    stop.abort();
    expect((await serving).code).toBe(0);
    const again = new AbortController();
    const seen = await call(['start', '--json', '--port', '0', '--home', 'served'], {
      cwd: desk.folder,
      signal: again.signal,
      onOut: () => again.abort(),
    });
    expect(seen.code).toBe(0);
  });
});

describe('dmitry doctor', () => {
  it('tells what is embedded, what answers and what does not, without any address', async () => {
    const embedded = await call(['doctor', '--json'], { cwd: desk.folder });
    expect(embedded.code).toBe(0);
    expect((JSON.parse(embedded.out) as { state: string }[]).every(({ state }) => state === 'up')).toBe(true);
    const clock = new SystemClock();
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
