import type { Database } from '@dmitry/storage';
import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';
import { describeApprovals } from './approval.contract.ts';
import { describeDecisions } from './decision.contract.ts';
import { GateWorld } from './gate-world.ts';
import { describePoliciesAndHalt } from './policy-and-halt.contract.ts';

let worlds = 0;

/** The gate over any database: what is decided, used, halted and spent holds whatever happens around it. */
export function describeSafetyGateContract(name: string, open: () => Promise<Database>): void {
  describe(`safety gate over ${name}`, () => {
    let database: Database;
    let world: GateWorld;
    beforeAll(async () => {
      database = await open();
    }, 120_000);
    afterAll(() => database.close());
    beforeEach(() => {
      worlds += 1;
      world = new GateWorld(database, `tenant-${worlds}`);
    });
    describeDecisions(() => world);
    describeApprovals(() => world);
    describePoliciesAndHalt(() => world);
  });
}
