import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Database } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { createLogSigners } from '../core/index.ts';
import {
  backlogMeasure,
  type Cosigning,
  createLedger,
  createSequencer,
  measuredCosigning,
  measuredLedger,
  measuredSequencer,
  trustLedgerMigrations,
} from './index.ts';

const clock = new ManualClock();
const ids = new SeededIds(clock, 'metrics');
const identity = { deployment: 'test.example', pseudonymKey: ids.bytes(32) };
let database: Database;
beforeAll(async () => {
  database = await openTestDatabase(trustLedgerMigrations);
});
afterAll(() => database.close());

describe('metrics of the ledger', () => {
  it('count what is appended and signed, and tell how much waits and for how long', async () => {
    const metrics = new MemoryMetrics();
    const measuring = { metrics, clock };
    const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
    const stores = { ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids };
    const ledger = measuredLedger(createLedger(stores), measuring);
    const sequencing = { ...identity, database, leases: createLeases(database), logger: silentLogger, holder: 'one' };
    const sequencer = measuredSequencer(
      createSequencer({ ...sequencing, signer: createLogSigners(ids.bytes(32)) }),
      measuring,
    );
    const backlog = backlogMeasure(database, measuring);
    const session = await ledger.openSession('acme', { kind: 'service', name: 's' });
    await session.record([{ type: 'config' }, { type: 'config' }]);
    const [third] = await database.tenant('acme', (tx) => session.append(tx, [{ type: 'config' }]));
    await clock.advance(4_000);
    await backlog();
    expect(metrics.value('ledger_entries_appended_total')).toBe(3);
    expect(metrics.observations('ledger_append_duration_seconds', { how: 'durable' })).toHaveLength(1);
    expect(metrics.observations('ledger_append_duration_seconds', { how: 'transaction' })).toHaveLength(1);
    expect([metrics.value('ledger_backlog_entries'), metrics.value('ledger_backlog_age_seconds')]).toEqual([3, 4]);
    expect(await sequencer.round()).toBe(3);
    await backlog();
    expect([metrics.value('ledger_backlog_entries'), metrics.value('ledger_backlog_age_seconds')]).toEqual([0, 0]);
    expect(metrics.value('ledger_entries_signed_total')).toBe(3);
    expect(metrics.value('ledger_rounds_total', { outcome: 'ok' })).toBe(1);
    expect(metrics.observations('ledger_round_duration_seconds')).toHaveLength(1);
    // it stays the ledger that it measures
    expect(await ledger.origin('acme')).toMatch(/^test\.example\//);
    const found = await database.tenant('acme', async (tx) => ({
      listed: await ledger.list(tx, {}),
      resolved: await ledger.resolve(tx, [third?.id ?? '']),
      revealed: await ledger.reveal(tx, third?.id ?? ''),
      dangling: await ledger.dangling(tx, 0),
    }));
    expect([found.listed.length, found.resolved.size, found.revealed, found.dangling]).toEqual([
      3,
      1,
      { committed: {} },
      [],
    ]);
    await session.seal();
    await sequencer.close();
  });

  it('tell of logs that cannot be sequenced or witnessed, and of rounds that fail', async () => {
    const metrics = new MemoryMetrics();
    const measuring = { metrics, clock };
    const faults = new Map([
      ['acme', 'ledger.tree_invalid'],
      ['other', 'ledger.fenced'],
    ]);
    let fails = false;
    const sequencer = measuredSequencer(
      {
        round: () => (fails ? Promise.reject(new Error('no database')) : Promise.resolve(0)),
        faults: () => faults,
        close: async () => undefined,
      },
      measuring,
    );
    await sequencer.round();
    expect(metrics.value('ledger_logs_failed')).toBe(1);
    expect(metrics.value('ledger_rounds_total', { outcome: 'some_failed' })).toBe(1);
    fails = true;
    await expect(sequencer.round()).rejects.toThrow('no database');
    expect(metrics.value('ledger_rounds_total', { outcome: 'failed' })).toBe(1);
    expect([...sequencer.faults().keys()]).toEqual(['acme', 'other']);
    const cosigning: Cosigning = { round: async () => 0, faults: () => new Map([['acme', 'quorum']]) };
    await measuredCosigning(cosigning, measuring).round();
    expect(metrics.value('ledger_logs_unwitnessed')).toBe(1);
    expect(measuredCosigning(cosigning, measuring).faults().size).toBe(1);
  });
});
