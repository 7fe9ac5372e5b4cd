/** The storage room of @dmitry/safety-gate: gate, approvals, policies and the halt switch over the database. */
export { createSafetyGate } from './create-safety-gate.ts';
export type { CreateSafetyGateOptions, SafetyGateParts } from './create-safety-gate.ts';
export { safetyGateMigrations } from './safety-gate-migrations.ts';
