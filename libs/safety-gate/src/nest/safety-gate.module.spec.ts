import { Clock, IdSource } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Database } from '@dmitry/storage';
import { openTestDatabase } from '@dmitry/storage/testing';
import { Ledger } from '@dmitry/trust-ledger';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Approvals, ApproverKeys, GatePolicies, type GatePolicy, HaltSwitch, SafetyGate } from '../core/index.ts';
import { safetyGateMigrations } from '../storage/index.ts';
import { GateWorld, LedgerDouble } from '../testing/index.ts';
import { SafetyGateModule } from './index.ts';

const clock = new ManualClock();
const ledger = new LedgerDouble(new SeededIds(clock, 'ledger'));
let database: Database;
let world: GateWorld;
beforeAll(async () => {
  database = await openTestDatabase(safetyGateMigrations);
  world = new GateWorld(database, 'acme', { clock, ledger });
});
afterAll(() => database.close());

@Global()
@Module({
  providers: [
    { provide: Clock, useValue: clock },
    { provide: IdSource, useValue: new SeededIds(clock, 'module') },
    { provide: Ledger, useValue: ledger },
  ],
  exports: [Clock, IdSource, Ledger],
})
class Surroundings {}

const open = (options?: { policy?: GatePolicy | null }) =>
  Test.createTestingModule({ imports: [Surroundings, SafetyGateModule.forRoot(options)] }).compile();

describe('SafetyGateModule', () => {
  it('gives the gate and everything around it from the app’s clock, ids and ledger', async () => {
    const app = await open();
    const decided = await database.tenant('acme', (tx) =>
      app.get<SafetyGate>(SafetyGate).decide(tx, world.ledger.session('acme'), world.request('alert')),
    );
    expect(decided.decision.verdict).toBe('ALLOW');
    const state = await database.tenant('acme', (tx) => app.get<HaltSwitch>(HaltSwitch).state(tx));
    expect(state.halted).toBe(false);
    expect(await database.tenant('acme', (tx) => app.get<Approvals>(Approvals).list(tx))).toEqual([]);
    expect(await database.tenant('acme', (tx) => app.get<ApproverKeys>(ApproverKeys).find(tx, 'ann'))).toBeNull();
    await app.close();
  });

  it('allows nothing when it is told to start without a policy, and does not start on a broken one', async () => {
    const app = await open({ policy: null });
    expect(await database.tenant('acme', (tx) => app.get<GatePolicies>(GatePolicies).active(tx))).toBeNull();
    await app.close();
    await expect(open({ policy: {} as GatePolicy })).rejects.toMatchObject({ code: 'gate.policy_invalid' });
  });
});
