/** The door of @dmitry/normalise: formats of other tools to OCSF events, with an account of what was lost. */
export { createNormaliser, detectFormat, FORMATS, normalise } from './normaliser.ts';
export type { Normaliser } from './normaliser.ts';
export type {
  EntityRole,
  EventEntity,
  EventIdentity,
  FormatAdapter,
  LossAccount,
  MappedEvent,
  NormaliseContext,
  NormalisedEvent,
  NormaliseResult,
  RefusedRecord,
} from './format.port.ts';
export type { NormaliseFault, NormaliseFaultCode } from './normalise.errors.ts';
export { addToLossSummary, emptyLossSummary } from './loss-summary.ts';
export type { LossSummary } from './loss-summary.ts';
export { readRecords } from './read-records.ts';
export type { ReadOptions } from './read-records.ts';
export { RecordScanner } from './record-scanner.ts';
export type { ReadRecord } from './record-scanner.ts';
export type { TrackedRecord } from './tracked-record.ts';
export type { Json, JsonObject } from './plain-json.ts';
