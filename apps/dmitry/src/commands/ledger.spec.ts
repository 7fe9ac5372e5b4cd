import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createTrustFile, exportBundle, parseTlogPolicy, verifyTlogProof } from '@dmitry/trust-ledger';
import { exportTiles } from '@dmitry/trust-ledger/files';
import { createMemoryLedger } from '@dmitry/trust-ledger/memory';
import { openDesk } from '../../test/support/desk.ts';

const desk = openDesk();
afterAll(() => desk.close());
const clock = new ManualClock();
const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'cli') });
const tenant = 'acme';
const ids: string[] = [];
const key = () => memory.signer(tenant).verifierKey;

beforeAll(async () => {
  const session = await memory.ledger.openSession(tenant, { kind: 'service', name: 's' });
  const add = async (count: number) => {
    const entries = await session.record(Array.from({ length: count }, () => ({ type: 'config' as const })));
    ids.push(...entries.map(({ id }) => id));
  };
  await add(2);
  await exportTiles(memory.reader(tenant), join(desk.folder, 'early'), key());
  await add(298);
  await session.record([{ type: 'intent' }]);
  await session.seal();
  await exportTiles(memory.reader(tenant), join(desk.folder, 'log'), key());
  const source = { tenant, reader: memory.reader(tenant), ledger: memory.ledger, database: memory.database };
  const early = readFileSync(join(desk.folder, 'early/checkpoint'), 'utf8');
  desk.file('bundle.json', await exportBundle(source, { kind: 'all' }, { since: [early] }));
  desk.file('plain.json', await exportBundle(source, { kind: 'all' }));
  desk.file('trust.json', JSON.stringify(createTrustFile({ logs: [key()] })));
});

const json = async (args: string) => {
  const { code, out, err } = await desk.call(`${args} --json`);
  return { code, err, answer: JSON.parse(out) as Record<string, any> };
};

describe('verify', () => {
  it('says yes to a bundle of a log that is trusted', async () => {
    const { code, answer } = await json('verify bundle.json --trust trust.json --since early/checkpoint');
    expect([code, answer['ok'], answer['faults']]).toEqual([0, true, []]);
    expect(answer['verdicts']).toMatchObject({ bytes: 'pass', inclusion: 'pass', consistency: 'pass', signer: 'pass' });
  });

  it('says no without a trust file: self-consistent only', async () => {
    const { code, out } = await desk.call('verify bundle.json');
    expect(code).toBe(1);
    expect(out).toContain('bundle.json: NOT verified: self-consistent at best, no trust file');
    expect(out).toMatch(/signer +not checked/);
  });

  it('says no when a checkpoint from before is not proven', async () => {
    const { code, answer } = await json('verify plain.json --trust trust.json --since early/checkpoint');
    expect([code, answer['faults'][0].code]).toEqual([1, 'since_unproven']);
  });

  it('says no to any changed byte, and reports bundles one by one', async () => {
    const bytes = readFileSync(join(desk.folder, 'bundle.json'));
    bytes.writeUInt8(bytes.readUInt8(500) ^ 1, 500);
    desk.file('changed.json', bytes);
    const { code, out } = await desk.call('verify bundle.json changed.json --trust trust.json --json');
    expect(code).toBe(1);
    const reports = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string; ok: boolean });
    expect(reports.map(({ path, ok }) => [path, ok])).toEqual([
      ['bundle.json', true],
      ['changed.json', false],
    ]);
    const shown = await desk.call('verify changed.json --trust trust.json');
    expect(shown.out).toMatch(/^changed\.json: NOT verified\n/);
  });
});

describe('ledger fsck', () => {
  it('finds nothing wrong with an intact log, and lists what waits for an outcome', async () => {
    const { code, answer, err } = await json(`ledger fsck log --public-key ${key()} --since early/checkpoint`);
    expect([code, err]).toEqual([0, '']);
    expect(answer).toMatchObject({ ok: true, size: 302, entries: 302, faults: [] });
    expect(answer['dangling_intents']).toHaveLength(1);
    expect((await json('ledger fsck log --strict')).code).toBe(1);
  });

  it('takes the key from a file, and says when it only has the one beside the log', async () => {
    expect(await desk.call('ledger fsck log --public-key log/log.pub')).toMatchObject({ code: 0, err: '' });
    expect((await desk.call('ledger fsck log')).err).toContain('give --public-key for one that you trust');
    cpSync(join(desk.folder, 'log'), join(desk.folder, 'bare'), { recursive: true });
    rmSync(join(desk.folder, 'bare/log.pub'));
    expect(await desk.call('ledger fsck bare')).toMatchObject({
      code: 0,
      err: 'no signature is checked: give --public-key\n',
    });
  });

  it('says no and where, when a tile was changed, a key does not fit, or the tail is gone', async () => {
    cpSync(join(desk.folder, 'log'), join(desk.folder, 'bad'), { recursive: true });
    const tile = readFileSync(join(desk.folder, 'bad/tile/0/000'));
    tile.writeUInt8(tile.readUInt8(0) ^ 1, 0);
    desk.file('bad/tile/0/000', tile);
    const changed = await desk.call('ledger fsck bad');
    expect([changed.code, changed.out.split('\n')[0]]).toEqual([1, 'NOT ok']);
    expect(changed.out).toContain('tile_mismatch at tile/0/000');
    const other = createMemoryLedger({ clock, ids: new SeededIds(clock, 'other') }).signer(tenant).verifierKey;
    expect((await json(`ledger fsck log --public-key ${other}`)).answer['faults'][0].code).toBe('signature_invalid');
    const cut = await json('ledger fsck early --since log/checkpoint');
    expect([cut.code, cut.answer['faults'][0].code]).toEqual([1, 'log_truncated']);
  });

  it.each([
    ['ledger fsck nowhere', 'nowhere: there is no such file or folder'],
    ['ledger fsck trust.json', 'trust.json: not a folder'],
    ['ledger fsck log --public-key frob', '--public-key: "frob" is not a verifier key'],
    ['ledger checkpoint log/tile', 'log/tile: no checkpoint there'],
    ['ledger prove log', 'give either --index N or --entry ID'],
    ['ledger prove log --index 302', '--index 302: the log has 302 entries'],
    ['ledger prove log --entry nobody', '--entry nobody: the log has no such entry'],
    ['ledger export log --tiles log', '--tiles log: give another folder'],
  ])('%s cannot be used', async (args, why) => {
    const { code, err } = await desk.call(args);
    expect(code).toBe(2);
    expect(err).toContain(why);
  });

  it('stops at Ctrl-C', async () => {
    expect(await desk.call('ledger fsck log -q', { signal: AbortSignal.abort() })).toMatchObject({
      code: 130,
      out: '',
    });
  });
});

describe('ledger checkpoint', () => {
  it('is the signed note as it is', async () => {
    const note = readFileSync(join(desk.folder, 'log/checkpoint'), 'utf8');
    expect((await desk.call('ledger checkpoint log')).out).toBe(note);
    expect((await json('ledger checkpoint log')).answer).toMatchObject({ size: 302, note });
  });
});

describe('ledger prove', () => {
  it('makes a proof that others verify, by place and by id', async () => {
    const { out } = await desk.call('ledger prove log --index 270');
    expect(await desk.call(`ledger prove log --entry ${ids[270]}`)).toMatchObject({ code: 0, out });
    const { answer } = await json('ledger prove log --index 270');
    const policy = parseTlogPolicy(`log ${key()}\nquorum none\n`);
    expect(verifyTlogProof(out, Buffer.from(answer['entry'] as string, 'base64'), policy)).toMatchObject({
      ok: true,
      index: 270,
    });
  });

  it('makes none that does not lead to the checkpoint', async () => {
    const { code, out, err } = await desk.call('ledger prove bad --index 1');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('run dmitry ledger fsck');
  });
});

describe('ledger export', () => {
  it('writes a log that passes fsck, and takes what has grown', async () => {
    const first = await json('ledger export early --tiles copy');
    expect(first.answer).toMatchObject({ size: 2, path: 'copy' });
    const grown = await desk.call('ledger export log --tiles copy');
    expect(grown.out).toMatch(/^302 entries in \d+ files: copy\n$/);
    expect((await json(`ledger fsck copy --public-key ${key()} --since early/checkpoint`)).answer).toMatchObject({
      ok: true,
      size: 302,
    });
    const { err, code } = await desk.call('ledger export bare --tiles other');
    expect([code, err]).toEqual([2, expect.stringContaining('no log.pub there')]);
    expect((await desk.call(`ledger export bare --tiles other --public-key ${key()}`)).code).toBe(0);
  });
});
