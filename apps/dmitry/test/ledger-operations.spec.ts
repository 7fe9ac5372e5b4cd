import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { silentLogger } from '@dmitry/kit';
import { loadConfig } from '@dmitry/kit/config';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { createHttpClient } from '@dmitry/outbound/http';
import { createLogSigners, createPseudonyms, parseSignedNote } from '@dmitry/trust-ledger';
import { createFileCheckpointKeeper } from '@dmitry/trust-ledger/files';
import { type RunningWitness, startWitness, witnessConfig } from '@dmitry/trust-ledger/witness';
import { COMMANDS } from '../src/cli/registry.ts';
import { openHome } from '../src/host/home.ts';
import { openDesk } from './support/desk.ts';
import { call, type Serving, serving } from './support/live.ts';

jest.setTimeout(180_000);

const runbook = readFileSync(join(import.meta.dirname, '../../../docs/runbooks/ledger.md'), 'utf8');
const clock = new SystemClock();
const ids = new RandomIds(clock);
const desk = openDesk();
afterAll(() => desk.close());

describe('the runbook of the ledger', () => {
  it('names commands and options that there are', () => {
    const calls = [...runbook.matchAll(/dmitry ((?:ledger )?[a-z][a-z-]*)((?: [^\n`]+)?)/g)];
    const known = calls.filter(([, name]) => name !== 'start' && !name?.startsWith('start'));
    expect(known.length).toBeGreaterThan(15);
    for (const [line, name = '', rest = ''] of known) {
      const command = COMMANDS.find((one) => one.name === name);
      expect([line, command?.name]).toEqual([line, name]);
      for (const [, option = ''] of rest.matchAll(/--([a-z-]+)/g))
        expect([line, option, Object.hasOwn(command?.options ?? {}, option) || option === 'home']).toEqual([
          line,
          option,
          true,
        ]);
    }
  });

  it('names settings that there are', () => {
    const named = runbook.match(/\bWITNESS_[A-Z]+/g) ?? [];
    expect(new Set(named).size).toBeGreaterThan(3);
    for (const name of named) expect(Object.keys(witnessConfig.schema.properties)).toContain(name);
  });
});

describe('the ledger of a running instance', () => {
  let witness: RunningWitness;
  let served: Serving;
  let env: Record<string, string>;
  beforeAll(async () => {
    const { keys } = openHome(join(desk.folder, 'served'), ids);
    const seed = Buffer.from(keys.signer_seed, 'hex');
    const origin = createPseudonyms(keys.deployment, Buffer.from(keys.pseudonym_key, 'hex')).origin('demo');
    const log = `log ${createLogSigners(seed)(origin).verifierKey}\n`;
    mkdirSync(join(desk.folder, 'store'));
    const settings = {
      WITNESS_NAME: 'witness.example/w1',
      WITNESS_SEED: '07'.repeat(32),
      WITNESS_LOGS: join(desk.folder, desk.file('logs.policy', `${log}quorum none\n`)),
      WITNESS_STORE: join(desk.folder, 'store'),
      WITNESS_HOST: '127.0.0.1',
      WITNESS_PORT: '0',
    };
    const keeper = createFileCheckpointKeeper(settings.WITNESS_STORE);
    witness = await startWitness(loadConfig([witnessConfig], settings).witness, {
      clock,
      logger: silentLogger,
      keeper,
    });
    const policy = `witness w1 ${witness.verifierKeys[0]} ${witness.url}\nquorum w1\n`;
    const LEDGER_WITNESSES = join(desk.folder, desk.file('witnesses.policy', policy));
    served = await serving(desk.folder, { LEDGER_WITNESSES }, '--home', 'served');
    env = { DMITRY_URL: served.gateway, DMITRY_TOKEN: served.token };
  });
  afterAll(async () => {
    await served.stop();
    await witness.close();
  });
  const dmitry = (line: string) => call(line.split(' '), { cwd: desk.folder, env });
  const json = async (line: string) => JSON.parse((await dmitry(`${line} --json`)).out) as Record<string, any>;

  it('is cosigned by the witnesses that the environment names, and shows it', async () => {
    await dmitry('halt --tenant demo --reason drill');
    await dmitry('resume --tenant demo --reason over');
    const names = async () => {
      const { out } = await dmitry('ledger checkpoint');
      return out === '' ? [] : parseSignedNote(out).signatures.map(({ name }) => name);
    };
    for (let n = 0; n < 100 && !(await names()).includes('witness.example/w1'); n++) await clock.sleep(200);
    expect((await names()).slice(-1)).toEqual(['witness.example/w1']);
  });

  it('is checked, proven, copied and followed over its gateway', async () => {
    const { ok, size } = await json('ledger fsck');
    expect([ok, size > 0]).toEqual([true, true]);
    expect((await dmitry('ledger prove --index 0')).out).toContain('c2sp.org/tlog-proof@v1');
    expect((await json('ledger export --tiles copy --tenant demo')).path).toBe('copy');
    expect(await json('ledger fsck copy --public-key copy/log.pub')).toMatchObject({ ok: true });
    expect(await json('ledger monitor --public-key copy/log.pub --state seen --once')).toMatchObject({ kind: 'first' });
    const nothing = createHttpClient({
      service: 'gateway',
      baseUrl: served.gateway,
      clock,
      ids,
      authorization: () => `Bearer ${served.token}`,
    });
    for (const path of ['tile/0/x001/000', 'tile/0/nothing', 'tile/entries/000.p/999'])
      expect(
        await nothing.operate({ method: 'GET', path: `/v1/ledger/${path}`, operation: 'test', kind: 'read' }),
      ).toMatchObject({ kind: 'refused', status: 404 });
    await nothing.close();
  });

  it('proves in every bundle that it leads on from the checkpoint that is kept outside the database', async () => {
    const client = createHttpClient({
      service: 'gateway',
      baseUrl: served.gateway,
      clock,
      ids,
      authorization: () => `Bearer ${served.token}`,
    });
    const bundle = await client.operate({
      method: 'POST',
      path: '/v1/ledger/bundle',
      operation: 'test',
      kind: 'read',
      body: { kind: 'all' },
    });
    await client.close();
    const { consistency } = (bundle.kind === 'ok' ? bundle.body : {}) as { consistency: { from: string }[] };
    expect(consistency.map(({ from }) => from.split('\n')[0])).toEqual([expect.stringContaining('local.dmitry/')]);
  });

  it('has every metric that the runbook names', async () => {
    const client = createHttpClient({ service: 'gateway', baseUrl: served.gateway, clock, ids });
    const answer = await client.operate({
      method: 'GET',
      path: '/metrics',
      operation: 'test',
      kind: 'read',
      expect: 'text',
    });
    await client.close();
    const text = answer.kind === 'ok' ? String(answer.body) : '';
    const named = new Set(runbook.match(/\bledger_[a-z]+(?:_[a-z]+)*_(?:total|seconds|entries|failed|unwitnessed)\b/g));
    expect(named.size).toBe(10);
    for (const name of named) expect([name, text.includes(`# TYPE ${name} `)]).toEqual([name, true]);
  });
});
