import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@dmitry/kit';
import { loadConfig } from '@dmitry/kit/config';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createHttpClient } from '@dmitry/outbound/http';
import { encodeBase64, EMPTY_ROOT, quorumHolds, parseTlogPolicy } from '../core/index.ts';
import { createMemoryCheckpointKeeper, createMemoryLedger } from '../memory/index.ts';
import { createPolicyCosigner, type RunningWitness, startWitness, witnessConfig } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmitry-witness-'));
const clock = new ManualClock();
const ids = new SeededIds(clock, 'witness');
const running: RunningWitness[] = [];
const keeper = createMemoryCheckpointKeeper();
afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async (policy: string) => {
  const path = join(folder, 'logs.policy');
  writeFileSync(path, policy);
  const env = {
    WITNESS_NAME: 'witness.example/w1',
    WITNESS_SEED: '05'.repeat(32),
    WITNESS_LOGS: path,
    WITNESS_STORE: join(folder, 'store'),
    WITNESS_HOST: '127.0.0.1',
    WITNESS_PORT: '0',
  };
  const witness = await startWitness(loadConfig([witnessConfig], env).witness, { clock, logger: silentLogger, keeper });
  running.push(witness);
  return witness;
};

describe('a witness that is served on its own', () => {
  it('cosigns the logs of its policy with both keys, remembers over a restart, and refuses another history', async () => {
    const { ledger, reader, signer } = createMemoryLedger({ clock, ids });
    const session = await ledger.openSession('acme', { kind: 'service', name: 's' });
    await session.record([{ type: 'config' }, { type: 'config' }]);
    const log = `log ${signer('acme').verifierKey}\n`;
    const first = await start(`${log}quorum none\n`);
    const [ed25519 = '', mlDsa = ''] = first.verifierKeys;
    // one name of the policy each, one address: one witness that signs with both
    const policy = (url: string) =>
      `${log}witness w1 ${ed25519} ${url}\nwitness w1pq ${mlDsa} ${url}\ngroup both all w1 w1pq\nquorum both\n`;
    const cosign = async (url: string) => {
      const open = (baseUrl: string) => createHttpClient({ service: 'witness', baseUrl, clock, ids });
      const cosigner = createPolicyCosigner({ policy: policy(url), open, logger: silentLogger });
      const checkpoint = await reader('acme').checkpoint();
      if (!checkpoint) throw new Error('nothing is signed');
      return cosigner.cosign(reader('acme'), checkpoint);
    };
    const cosigned = await cosign(first.url);
    expect([cosigned.enough, quorumHolds(parseTlogPolicy(policy(first.url)).quorum, cosigned.note)]).toEqual([
      true,
      true,
    ]);
    await running.pop()?.close();
    const again = await start(`${log}quorum none\n`);
    expect(again.verifierKeys).toEqual(first.verifierKeys);
    await session.record([{ type: 'config' }]);
    expect((await cosign(again.url)).enough).toBe(true);
    const fork = signer('acme').sign({ origin: signer('acme').origin, size: 3, root: EMPTY_ROOT });
    const client = createHttpClient({ service: 'witness', baseUrl: again.url, clock, ids });
    const body = `old 3\n\n${fork}`;
    const refused = await client.operate({
      method: 'POST',
      path: '/add-checkpoint',
      operation: 'test',
      kind: 'read',
      body,
      headers: { 'content-type': 'text/plain' },
      expect: 'text',
    });
    expect(refused).toMatchObject({ kind: 'refused', status: 422 });
    expect(encodeBase64(EMPTY_ROOT)).not.toBe((await reader('acme').checkpoint())?.root);
  });

  it('does not start without a log to witness', async () => {
    for (const policy of ['quorum none\n', 'log nonsense\n'])
      await expect(start(policy)).rejects.toMatchObject({ code: 'config.invalid' });
  });
});

describe('a policy of witnesses', () => {
  it('needs an address for one of them at least: nobody could be asked', () => {
    const open = () => {
      throw new Error('not asked');
    };
    expect(() => createPolicyCosigner({ policy: 'quorum none\n', open, logger: silentLogger })).toThrow(
      /has an address/,
    );
  });
});
