import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { createHttpClient } from '@dmitry/outbound/http';
import type { Database } from '@dmitry/storage';
import { createDataKeys, createSealer } from '@dmitry/storage/sql';
import { createLogSigners, createTrustFile, exportBundle, fsck, verifyBundle } from '@dmitry/trust-ledger';
import { createLedger, createLedgerLogs, createLogReader } from '@dmitry/trust-ledger/storage';
import { openHome } from '../../src/host/home.ts';
import { openDesk } from './desk.ts';
import { exportOf, serving } from './live.ts';

const clock = new SystemClock();
const ids = new RandomIds(clock);

/** Texts that come in, by the way that they come. */
const TEXTS = { event: 'zztext-of-an-event', conflict: 'zztext-of-a-conflict', question: 'zztext-of-a-question' };

export interface ShredStores {
  readonly env: Readonly<Record<string, string>>;
  /** The database that the instance worked on, once it has stopped. */
  open(home: string): Promise<Database>;
  /** Removes the database for good. */
  drop?(): Promise<void>;
}

/** Both apps on one database: what people and tools wrote is readable with the tenant's key, and nowhere without. */
export function itShreds(stores: () => Promise<ShredStores>): void {
  const desk = openDesk();
  let database: Database;
  let clear: ShredStores['drop'];
  const folder = join(desk.folder, 'h');
  beforeAll(async () => {
    const { env, open, drop } = await stores();
    clear = drop;
    const served = await serving(desk.folder, { IDLE_MS: '200', ...env }, '--home', 'h');
    await use(served);
    await served.stop();
    database = await open(openHome(folder, ids).database);
  });
  afterAll(async () => {
    await database.close();
    await clear?.();
    desk.close();
  });

  const keys = () => openHome(folder, ids).keys;
  const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
  const identity = () => ({ deployment: keys().deployment, pseudonymKey: bytes(keys().pseudonym_key) });
  const dataKeys = () => createDataKeys({ ids, masterKey: bytes(keys().master_key) });
  const ledger = () =>
    createLedger({ ...identity(), database, dataKeys: dataKeys(), sealer: createSealer(ids), clock, ids });
  const reader = () => createLogReader({ ...identity(), database, tenant: 'demo' });

  /** Everything that the ledger still reveals. */
  const revealed = () =>
    database.tenant('demo', async (tx) => {
      const entries = await ledger().list(tx, { limit: 1_000 });
      const contents = await Promise.all(entries.map(({ entry }) => ledger().reveal(tx, entry.id)));
      const sealed = contents.filter((_, at) => (entries[at]?.entry.payload.length ?? 0) > 0);
      return {
        text: JSON.stringify(contents),
        readable: sealed.filter((one) => one !== null).length,
        sealed: sealed.length,
      };
    });
  const bundle = () =>
    exportBundle(
      { tenant: 'demo', reader: reader(), ledger: ledger(), database },
      { kind: 'all' },
      { disclose: 'all' },
    );

  it('holds in no table and in no file a text that came in, and reads it with the key', async () => {
    const tables = await textOf(database);
    expect([...tables.keys()]).toEqual(
      expect.arrayContaining(['inbox', 'inbox_conflict', 'dead_letter', 'events', 'run', 'effect', 'ledger_entry']),
    );
    for (const marker of Object.values(TEXTS)) {
      for (const [table, text] of tables)
        expect([table, marker, text.includes(marker)]).toEqual([table, marker, false]);
      for (const file of filesOf(folder))
        expect([file, marker, readFileSync(file).includes(marker)]).toEqual([file, marker, false]);
    }
    const { text, readable, sealed } = await revealed();
    expect([text.includes(TEXTS.question), readable === sealed]).toEqual([true, true]);
  });

  it('after the tenant’s key is erased reveals nothing, and every proof still verifies', async () => {
    const before = await exportBundle(
      { tenant: 'demo', reader: reader(), ledger: ledger(), database },
      { kind: 'all' },
    );
    expect(await database.tenant('demo', (tx) => dataKeys().erase(tx))).toBe(1);
    expect(await revealed()).toMatchObject({ readable: 0, sealed: expect.any(Number) });
    const after = await bundle();
    expect(Buffer.compare(after, before)).toBe(0); // nothing left to disclose, and nothing else changed
    const signer = createLogSigners(bytes(keys().signer_seed));
    const log = createLedgerLogs({ ...identity(), database, signer }).verifierKey('demo');
    expect(verifyBundle(after, { trust: createTrustFile({ logs: [log] }), complete: true })).toMatchObject({
      ok: true,
    });
    expect((await fsck(reader())).faults).toEqual([]);
  });
}

async function use({ gateway, token }: { readonly gateway: string; readonly token: string }): Promise<void> {
  const client = createHttpClient({
    service: 'gateway',
    baseUrl: gateway,
    clock,
    ids,
    authorization: () => `Bearer ${token}`,
  });
  const post = (path: string, body: unknown) =>
    client.operate({ method: 'POST', path, operation: 'test', kind: 'unsafe', body });
  const records = [1, 2, 3].map((n) => ({ ...exportOf(n), description: TEXTS.event }));
  const taken = [
    await post('/v1/events', { records }),
    await post('/v1/events', { records: [{ ...records[0], description: TEXTS.conflict }] }),
    await post('/chat', { message: TEXTS.question }),
  ];
  expect(taken.map(({ kind }) => kind)).toEqual(['ok', 'ok', 'ok']);
  const decided = async (): Promise<boolean> => {
    const path = '/v1/ledger/entries?type=decision&limit=1';
    const answer = await client.operate({ method: 'GET', path, operation: 'test', kind: 'read' });
    return answer.kind === 'ok' && (answer.body as { items: unknown[] }).items.length > 0;
  };
  for (let n = 0; n < 150 && !(await decided()); n++) await clock.sleep(200);
  await client.close();
}

/** The rows of every table that a tenant sees, as text. */
const textOf = (database: Database): Promise<Map<string, string>> =>
  database.tenant('demo', async (tx) => {
    const tables = await tx.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
       WHERE a.attname = 'tenant' AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
         AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1`,
    );
    const found = new Map<string, string>();
    for (const { name } of tables) {
      const rows = await tx.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      const hex = rows.flatMap(({ row }) => row.match(/[0-9a-f]{16,}/g) ?? []);
      if (rows.length > 0)
        found.set(
          name,
          [...rows.map(({ row }) => row), ...hex.map((one) => Buffer.from(one, 'hex').toString('latin1'))].join('\n'),
        );
    }
    return found;
  });

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
