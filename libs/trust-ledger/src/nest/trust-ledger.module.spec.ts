import { describe, expect, it } from '@jest/globals';
import type { HealthIndicator } from '@dmitry/health';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { KitModule } from '@dmitry/kit/nest';
import { Database } from '@dmitry/storage';
import { StorageModule } from '@dmitry/storage/nest';
import { openTestDatabase } from '@dmitry/storage/testing';
import { Test } from '@nestjs/testing';
import {
  type CheckpointCosigner,
  createEd25519Cosigner,
  createTrustFile,
  exportBundle,
  Ledger,
  LedgerLogs,
  LOG_OF_LOGS_TENANT,
  logOfLogsCosigner,
  mergeSignatures,
  parseSignedNote,
  Sequencer,
  verifyBundle,
  verifyLogOfLogs,
} from '../core/index.ts';
import { trustLedgerMigrations } from '../storage/index.ts';
import { SequencerHealth, TrustLedgerModule } from './index.ts';

const clock = new ManualClock();
const ids = new SeededIds(clock, 'trust-ledger module');

const kit = KitModule.forRoot({ clock, ids, logger: silentLogger });

const keys = { deployment: 'test.example', pseudonymKey: ids.bytes(32), signerSeed: ids.bytes(32) };

function application(options: Partial<Parameters<typeof TrustLedgerModule.forRoot>[0]> = {}) {
  const storage = StorageModule.forRoot({
    open: openTestDatabase,
    migrations: trustLedgerMigrations,
    masterKey: ids.bytes(32),
  });
  const ledger = TrustLedgerModule.forRoot({ ...keys, ...options });
  return Test.createTestingModule({
    imports: [kit, storage, ledger],
  }).compile();
}

/** One witness, that cosigns once it is reached; before, it knows a larger head. */
function cosigning(reached: boolean) {
  const witness = createEd25519Cosigner('witness.example/w1', new Uint8Array(32).fill(1));
  const state = { reached };
  const cosigner: CheckpointCosigner = {
    keys: [witness.key],
    async cosign(_, { note }) {
      if (!state.reached) return { note, by: [], enough: false, ahead: [{ witness: 'w1', size: 9 }] };
      const signature = witness.cosign(parseSignedNote(note).text, 7);
      const merged = mergeSignatures(note, [signature], [witness.key]);
      return { note: merged.note, by: ['w1'], enough: true, ahead: [] };
    },
  };
  return { cosigner, state };
}

describe('TrustLedgerModule', () => {
  it('appends, sequences on its own, and gives proofs that verify', async () => {
    const app = await application({ sequence: { everyMs: 100, sweepEveryMs: 1_000, sessionIdleMs: 500 } });
    await app.init();
    const [ledger, logs, database] = [
      app.get<Ledger>(Ledger),
      app.get<LedgerLogs>(LedgerLogs),
      app.get<Database>(Database),
    ];
    await expect(logs.checkpoint('acme')).rejects.toMatchObject({ code: 'ledger.proof_pending' });
    const session = await ledger.openSession('acme', { kind: 'service', name: 'gateway' });
    await session.record([{ type: 'config' }]);
    await app.get<Sequencer>(Sequencer).round();
    expect(await logs.checkpoint('acme')).toMatchObject({ size: 1 });
    expect(logs.verifierKeys('acme')).toEqual([logs.verifierKey('acme')]);
    const [health, ...others] = app.get<HealthIndicator[]>(SequencerHealth);
    expect(await health?.check(AbortSignal.timeout(1_000))).toEqual({ up: true });
    expect(others).toEqual([]); // nobody is asked for cosignatures
    await session.seal();
    await app.get<Sequencer>(Sequencer).round();
    const bytes = await exportBundle(
      { tenant: 'acme', reader: logs.reader('acme'), ledger, database },
      { kind: 'all' },
    );
    expect(verifyBundle(bytes, { trust: createTrustFile({ logs: [logs.verifierKey('acme')] }) }).ok).toBe(true);
    expect(clock.pending).toBe(2);
    await session.record([]);
    const late = await ledger.openSession('late', { kind: 'service', name: 'gateway' });
    await late.record([{ type: 'config' }]);
    await clock.advance(2_000);
    await app.close();
  });

  it('has what it publishes cosigned, and the heads of all logs in the log of logs, signed with ML-DSA-44', async () => {
    const { cosigner } = cosigning(true);
    const app = await application({
      retiringSeed: ids.bytes(32),
      sequence: { everyMs: 100, cosigner, logOfLogs: true },
    });
    await app.init();
    const [ledger, logs, database] = [
      app.get<Ledger>(Ledger),
      app.get<LedgerLogs>(LedgerLogs),
      app.get<Database>(Database),
    ];
    const session = await ledger.openSession('acme', { kind: 'service', name: 'gateway' });
    await session.record([{ type: 'config' }]);
    await session.seal();
    await app.get<Sequencer>(Sequencer).round();
    const signatures = async (tenant: string) => {
      const { note } = await logs.checkpoint(tenant);
      return parseSignedNote(note).signatures.map(({ name }) => name.replace(/.*[/]/, ''));
    };
    for (let n = 0; n < 200 && (await signatures('acme')).length < 3; n++) await clock.advance(1_000);
    expect((await signatures('acme')).slice(2)).toEqual(['w1']); // behind the two log keys
    expect(logs.verifierKeys('acme')).toEqual([logs.verifierKey('acme'), expect.stringContaining('/')]);
    for (let n = 0; n < 200 && !(await logs.reader(LOG_OF_LOGS_TENANT).checkpoint()); n++) await clock.advance(1_000);
    const reader = logs.reader(LOG_OF_LOGS_TENANT);
    const bytes = await exportBundle({ tenant: LOG_OF_LOGS_TENANT, reader, ledger, database }, { kind: 'all' });
    const pq = logOfLogsCosigner(keys).verifierKey;
    const trust = createTrustFile({ logs: [logs.verifierKey(LOG_OF_LOGS_TENANT)], witnesses: { pq } });
    const checkpoints = [(await logs.checkpoint('acme')).note];
    expect(verifyLogOfLogs(bytes, { trust, checkpoints })).toMatchObject({
      ok: true,
      bundle: { verdicts: { witnessed: 'pass' } },
    });
    await app.close();
  });

  it('is degraded while witnesses do not cosign, and well again when they do', async () => {
    const { cosigner, state } = cosigning(false);
    const app = await application({ sequence: { everyMs: 100, cosigner } });
    await app.init();
    const session = await app.get<Ledger>(Ledger).openSession('acme', { kind: 'service', name: 'gateway' });
    await session.record([{ type: 'config' }]);
    const witnesses = app.get<HealthIndicator[]>(SequencerHealth)[1];
    const health = () => witnesses?.check(AbortSignal.timeout(1_000));
    for (let n = 0; n < 200 && (await health())?.up; n++) await clock.advance(1_000);
    expect(await health()).toMatchObject({
      up: false,
      detail: expect.stringContaining('A witness knows a larger head'),
    });
    expect(witnesses?.kind).toBe('neighbour'); // proofs do not wait for witnesses
    state.reached = true;
    for (let n = 0; n < 200 && !(await health())?.up; n++) await clock.advance(1_000);
    expect(await health()).toEqual({ up: true });
    await app.close();
  });

  it('without sequencing appends and reads, and starts nothing', async () => {
    const app = await application();
    await app.init();
    const session = await app.get<Ledger>(Ledger).openSession('acme', { kind: 'service', name: 'gateway' });
    await session.record([{ type: 'config' }]);
    expect(() => app.get(Sequencer)).toThrow();
    await app.close();
  });
});
