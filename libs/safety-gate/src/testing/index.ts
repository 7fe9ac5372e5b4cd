/** The testing room of @dmitry/safety-gate: fixtures and the suites that a gate over any database passes. */
export { actionOf, approver, entryId, evidenceEntries, judgeInput, NOW_MS } from './gate-fixtures.ts';
export type { Approver } from './gate-fixtures.ts';
export { describeGateModel } from './gate-model.contract.ts';
export { GateWorld } from './gate-world.ts';
export { LedgerDouble } from './ledger-double.ts';
export { describeSafetyGateContract } from './safety-gate.contract.ts';
