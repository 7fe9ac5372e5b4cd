/** The door of the platform simulator: a reference Platform, PDRI, Aegis and mesh registry for development and tests. */
export { startSimulator } from './simulator.ts';
export type { Simulator, SimulatorOptions } from './simulator.ts';
export { provesSimulator } from './identity.ts';
export type { FetchLike } from './identity.ts';
export type { Knobs } from './knobs/knobs.ts';
export type { Fault, FaultKind, FaultScope } from './knobs/fault.ts';
export type { EffectAnswerKnob } from './effects/effect-book.ts';
export type { EffectRecord, EffectStatus } from './effects/effect-record.ts';
export type { LlmMode, LlmScript } from './llm/script.ts';
export type { IngestReply } from './pdri/pdri.ts';
export type { LiveService } from './platform/mesh.ts';
export { graphEventOf } from './graph-event.ts';
export { aegisDelivery, signAegisWebhook, verifyAegisWebhook } from './aegis/webhook.ts';
