import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Tx } from '@dmitry/storage';
import { createFileDataKeys } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'trust-ledger-keys-'));
afterAll(() => rmSync(root, { recursive: true }));

const clock = new ManualClock();
const ids = new SeededIds(clock, 'file keys');
const masterKey = ids.bytes(32);
const inTenant = (tenant: string): Tx => ({
  tenant,
  query: () => Promise.resolve([]),
  signal: () => Promise.resolve(),
});
const acme = inTenant('acme');
const open = (name: string, key = masterKey) => createFileDataKeys({ folder: join(root, name), ids, masterKey: key });

describe('data keys in files', () => {
  it('are one for each tenant and subject, also when two ask at once, and are there for the next process', async () => {
    const keys = open('same');
    const [one, same] = await Promise.all([keys.current(acme), keys.current(acme)]);
    const subject = await keys.current(acme, 'alice');
    const other = await keys.current(inTenant('other'));
    expect(same).toEqual(one);
    expect(new Set([one.id, subject.id, other.id]).size).toBe(3);
    const again = open('same');
    expect(await again.current(acme)).toEqual(one);
    expect(await again.byId(acme, subject.id)).toEqual(subject);
    expect(await again.byId(inTenant('other'), one.id)).toBeNull();
    expect(await again.byId(acme, 'unknown')).toBeNull();
  });

  it('lie there wrapped, and name nobody', async () => {
    const keys = open('wrapped');
    const { key, id } = await keys.current(acme, 'alice@example.com');
    const text = readFileSync(join(root, 'wrapped', `${id}.key`), 'utf8');
    for (const secret of ['acme', 'alice', Buffer.from(key).toString('base64'), Buffer.from(key).toString('hex')])
      expect(text).not.toContain(secret);
    const stranger = open('wrapped', ids.bytes(32));
    expect(await stranger.byId(acme, id)).toBeNull();
  });

  it('are gone for ever once destroyed, file and all, and only those of their owner', async () => {
    const keys = open('destroyed');
    const tenantKey = await keys.current(acme);
    const subject = await keys.current(acme, 'alice');
    expect(await keys.erase(acme, 'alice')).toBe(1);
    expect(await keys.erase(acme, 'alice')).toBe(0);
    expect(await keys.byId(acme, subject.id)).toBeNull();
    expect(readdirSync(join(root, 'destroyed'))).toEqual([`${tenantKey.id}.key`]);
    expect(await open('destroyed').byId(acme, subject.id)).toBeNull();
    expect((await keys.current(acme, 'alice')).id).not.toBe(subject.id);
    expect(await keys.byId(acme, tenantKey.id)).toEqual(tenantKey);
  });

  it('are not taken for none when their file is damaged or was moved to another owner', async () => {
    const keys = open('damaged');
    const mine = await keys.current(acme);
    const other = await keys.current(inTenant('other'));
    const pathOf = (id: string): string => join(root, 'damaged', `${id}.key`);
    const fileOf = (id: string) => JSON.parse(readFileSync(pathOf(id), 'utf8')) as Record<string, string>;
    const moved = { ...fileOf(other.id), wrapped: fileOf(mine.id)['wrapped'] };
    writeFileSync(pathOf(other.id), JSON.stringify(moved));
    await expect(open('damaged').current(inTenant('other'))).rejects.toMatchObject({ code: 'storage.unsealable' });
    writeFileSync(pathOf(mine.id), '{');
    expect(() => open('damaged')).toThrow('no key file');
    expect(() => open('short', ids.bytes(16))).toThrow('32 bytes');
  });
});
