import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Logger, silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Tx } from '@dmitry/storage';
import { type EntryDraft, fsck, parseCheckpoint, type SignedCheckpoint } from '../core/index.ts';
import { describeLedgerContract } from '../testing/index.ts';
import {
  createFileCheckpointKeeper,
  type FileLedger,
  type FileLedgerOptions,
  openFileLedger,
  openTileFolder,
} from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'trust-ledger-journal-'));
afterAll(() => rmSync(root, { recursive: true }));

const clock = new ManualClock();
const ids = new SeededIds(clock, 'file ledger');
const secrets = { pseudonymKey: ids.bytes(32), signerSeed: ids.bytes(32), masterKey: ids.bytes(32) };
const service = { kind: 'service', name: 's' } as const;

const open = (name: string, options: Partial<FileLedgerOptions> = {}): Promise<FileLedger> =>
  openFileLedger({
    folder: join(root, name),
    deployment: 'test.example',
    ...secrets,
    clock,
    ids,
    sequenceEveryMs: null,
    ...options,
  });

async function record(files: FileLedger, count: number, tenant = 'acme'): Promise<string[]> {
  const session = await files.ledger.openSession(tenant, service);
  const drafts = Array.from({ length: count }, (_, n): EntryDraft => ({
    type: 'intent',
    facts: { n },
    payload: { n },
  }));
  const written = await session.record(drafts);
  return written.map(({ id }) => id);
}

const idsIn = async (files: FileLedger, tenant = 'acme'): Promise<string[]> =>
  (await files.database.tenant(tenant, (tx) => files.ledger.list(tx, { limit: 1_000 }))).map(({ entry }) => entry.id);

const journalOf = (name: string, segment = 1): string =>
  join(root, name, 'journal', `${String(segment).padStart(10, '0')}.journal`);

describeLedgerContract('files', async () => {
  const files = await open('contract');
  return { ...files, clock, eraseKeys: (tx: Tx) => files.dataKeys.erase(tx) };
});

describe('a ledger in files, opened again', () => {
  it('has every entry, session, key and checkpoint, and goes on from there', async () => {
    const first = await open('again');
    const session = await first.ledger.openSession('acme', service);
    await session.record([{ type: 'intent', payload: { secret: 1 }, lookups: { finding: 'f' } }]);
    const sealed = await first.ledger.openSession('acme', service);
    await sealed.record([{ type: 'config' }]);
    await sealed.seal();
    expect(await first.sequencer.round()).toBe(3);
    const signed = await first.reader('acme').checkpoint();
    const before = await first.database.tenant('acme', (tx) => first.ledger.list(tx, {}));
    await first.close();

    const second = await open('again');
    expect(await second.database.tenant('acme', (tx) => second.ledger.list(tx, {}))).toEqual(before);
    expect(await second.reader('acme').checkpoint()).toEqual(signed);
    const [one] = before;
    const revealed = await second.database.tenant('acme', (tx) => second.ledger.reveal(tx, one?.entry.id as string));
    expect(revealed?.payload).toEqual({ secret: 1 });
    await record(second, 300);
    expect(await second.sequencer.round()).toBe(300);
    const report = await fsck(second.reader('acme'), { since: [signed?.note ?? ''] });
    expect(report).toMatchObject({ ok: true, size: 303, faults: [] });
    expect(report.dangling_intents).toHaveLength(301);
    await second.close();
  });

  it('is refused to a second owner until the first has closed it', async () => {
    const first = await open('locked');
    await expect(open('locked')).rejects.toMatchObject({ code: 'ledger.folder_locked', retryable: true });
    await first.close();
    await (await open('locked')).close();
  });
});

describe('the static files of a log', () => {
  it('pass fsck under the key beside them, and keep no partial tile that a full one replaces', async () => {
    const files = await open('static');
    for (const count of [200, 100, 1]) {
      await record(files, count);
      await files.sequencer.round();
    }
    const folder = files.logFolder('acme');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
    expect(names).toContain(join('tile', 'entries', '000'));
    expect(names).toContain(join('tile', 'entries', '001.p', '45'));
    expect(names).not.toContain(join('tile', '0', '000.p'));
    expect(names).not.toContain(join('tile', 'entries', '000.p'));
    const source = openTileFolder(folder);
    const key = await source.verifierKey();
    expect(key).toEqual(files.signer('acme').key);
    expect(await fsck(source, { keys: key ? [key] : [] })).toMatchObject({ ok: true, size: 301, faults: [] });
    await files.close();
  });

  it('show the last signed checkpoint again when a crash came before it was shown', async () => {
    const files = await open('unshown');
    await record(files, 1);
    await files.sequencer.round();
    const old = readFileSync(join(files.logFolder('acme'), 'checkpoint'));
    await record(files, 1);
    await files.sequencer.round();
    await files.close();
    writeFileSync(join(files.logFolder('acme'), 'checkpoint'), old);
    writeFileSync(join(files.logFolder('acme'), 'signed.ndjson'), '"a torn li', { flag: 'a' });
    const again = await open('unshown');
    expect(parseCheckpoint((await again.reader('acme').checkpointNote()) ?? '').size).toBe(2);
    await record(again, 1);
    await again.sequencer.round();
    expect((await again.reader('acme').checkpoints(9)).map(({ size }) => size)).toEqual([1, 2, 3]);
    await again.close();
  });

  it('are signed by themselves every few milliseconds unless told otherwise', async () => {
    const files = await open('automatic', { sequenceEveryMs: 1 });
    await record(files, 3);
    while ((await files.reader('acme').checkpoint()) === null) await setImmediate();
    expect(await files.reader('acme').checkpoint()).toMatchObject({ size: 3 });
    await files.close();
  });

  it('of one tenant that cannot be written hold up no other', async () => {
    const errors: unknown[] = [];
    const logger: Logger = { ...silentLogger, error: (...args: unknown[]) => void errors.push(args) };
    const files = await open('blocked', { logger });
    mkdirSync(join(root, 'blocked', 'logs'));
    writeFileSync(files.logFolder('bad'), 'a file where a folder should be');
    await record(files, 1, 'bad');
    await record(files, 2, 'good');
    expect(await files.sequencer.round()).toBe(2);
    expect(errors).toMatchObject([['ledger.sequencer_failed', { code: 'internal.unexpected' }]]);
    rmSync(files.logFolder('bad'));
    expect(await files.sequencer.round()).toBe(1);
    await files.close();
  });
});

describe('what was signed', () => {
  async function signedThenCut(name: string, options: Partial<FileLedgerOptions> = {}): Promise<SignedCheckpoint> {
    const files = await open(name, options);
    await record(files, 2);
    const journal = readFileSync(journalOf(name));
    await record(files, 2);
    await files.sequencer.round();
    const signed = await files.reader('acme').checkpoint();
    await files.close();
    writeFileSync(journalOf(name), journal);
    return signed as SignedCheckpoint;
  }

  it('cannot be missing from the journal: the folder is not opened', async () => {
    await signedThenCut('signed');
    await expect(open('signed')).rejects.toMatchObject({ code: 'ledger.behind_checkpoint' });
    await expect(open('signed')).rejects.toMatchObject({ code: 'ledger.behind_checkpoint' }); // and the lock is free
  });

  it('cannot be replaced by other entries', async () => {
    await signedThenCut('replaced');
    rmSync(join(root, 'replaced', 'journal'), { recursive: true });
    const other = await open('replacement');
    await record(other, 4);
    await other.close();
    mkdirSync(join(root, 'replaced', 'journal'));
    writeFileSync(journalOf('replaced'), readFileSync(journalOf('replacement')));
    await expect(open('replaced')).rejects.toMatchObject({ code: 'ledger.behind_checkpoint' });
  });

  it('cannot be brought back to an older state with the whole folder when a checkpoint is kept outside', async () => {
    const keeper = createFileCheckpointKeeper(join(root, 'kept'));
    const signed = await signedThenCut('restored', { keeper });
    expect(await keeper.last(signed.origin)).toEqual(signed);
    rmSync(join(root, 'restored', 'logs'), { recursive: true });
    await expect(open('restored', { keeper })).rejects.toMatchObject({ code: 'ledger.behind_checkpoint' });
    await (await open('restored')).close();
  });
});

describe('reading', () => {
  it('goes from the newest back through what the open transaction wrote into what is on the disk', async () => {
    const files = await open('newest');
    const durable = await record(files, 3);
    const session = await files.ledger.openSession('acme', service);
    await files.database.tenant('acme', async (tx) => {
      const own = (await session.append(tx, [{ type: 'config', payload: 1 }, { type: 'config' }])).map(({ id }) => id);
      const newest = [...durable, ...own].toReversed();
      const list = async (query: object) => (await files.ledger.list(tx, query)).map(({ entry }) => entry.id);
      expect(await list({ newestFirst: true })).toEqual(newest);
      expect(await list({ newestFirst: true, after: newest[0], limit: 2 })).toEqual(newest.slice(1, 3));
      expect(await list({ newestFirst: true, after: newest[2], limit: 2 })).toEqual(newest.slice(3, 5));
      expect(await list({ after: own[0] })).toEqual([own[1]]);
      expect(await list({ ids: [own[1], durable[1]] })).toEqual([durable[1], own[1]]);
      const revealed = await files.ledger.reveal(tx, own[0] as string);
      expect(revealed?.payload).toBe(1);
    });
    await files.close();
  });

  it('happens within a tenant, without SQL, in one transaction at a time', async () => {
    const files = await open('tenant');
    await expect(files.database.worker((tx) => files.ledger.list(tx, {}))).rejects.toThrow('belong to a tenant');
    await expect(files.database.tenant('acme', (tx) => tx.query('SELECT 1'))).rejects.toThrow('no SQL');
    await files.database.tenant('acme', async (tx) => {
      await tx.signal('anything');
      await expect(files.database.ping()).resolves.toBeUndefined();
      await expect(files.database.tenant('acme', () => Promise.resolve())).rejects.toMatchObject({
        code: 'storage.transaction_open',
      });
    });
    await files.close();
    await expect(files.database.ping()).rejects.toMatchObject({ code: 'ledger.journal_failed' });
    await expect(record(files, 1)).rejects.toMatchObject({ code: 'ledger.journal_failed' });
    expect(await idsIn(files)).toEqual([]);
  });
});
