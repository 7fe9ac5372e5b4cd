import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Tx } from '@dmitry/storage';
import { describeLedgerContract } from '../testing/index.ts';
import { createMemoryLedger } from './index.ts';

describeLedgerContract('memory', () => {
  const clock = new ManualClock();
  const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'contract'), sequencing: 'manual' });
  return Promise.resolve({
    ...memory,
    clock,
    eraseKeys: (tx: Tx) => memory.dataKeys.erase(tx),
    close: () => memory.database.close(),
  });
});

describe('ledger in memory', () => {
  const clock = new ManualClock();
  const setUp = () => createMemoryLedger({ clock, ids: new SeededIds(clock, 'memory') });

  it('has a checkpoint over every entry as soon as it is durable, unless told otherwise', async () => {
    const { ledger, reader } = setUp();
    const session = await ledger.openSession('acme', { kind: 'service', name: 's' });
    await session.record([{ type: 'config' }, { type: 'config' }]);
    expect(await reader('acme').checkpoint()).toMatchObject({ size: 2 });
  });

  it('takes entries in transactions of another database at once, since nobody tells it of a commit', async () => {
    const { ledger, reader } = setUp();
    const session = await ledger.openSession('acme', { kind: 'service', name: 's' });
    const foreign: Tx = { tenant: 'acme', query: () => Promise.resolve([]), signal: () => Promise.resolve() };
    await session.append(foreign, [{ type: 'config', payload: 1 }]);
    expect(await ledger.list(foreign, {})).toHaveLength(1);
    expect(await reader('acme').checkpoint()).toMatchObject({ size: 1 });
    expect(await session.append(foreign, [])).toEqual([]);
  });

  it('has no SQL and no entries without a tenant', async () => {
    const { ledger, database } = setUp();
    await database.ping();
    const outside = database.worker((tx) => ledger.list(tx, {}));
    await expect(outside).rejects.toThrow('belong to a tenant');
    await expect(database.tenant('acme', (tx) => tx.query('SELECT 1'))).rejects.toThrow('no SQL');
  });
});
