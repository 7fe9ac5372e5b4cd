/** The nest room of @dmitry/safety-gate. */
export { SafetyGateModule } from './safety-gate.module.ts';
export type { SafetyGateModuleOptions } from './safety-gate.module.ts';
