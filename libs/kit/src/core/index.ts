/** The door of @dmitry/kit: errors, clock and ids, the logger port, request and transaction scopes. Nothing about the domain. */
export { DmitryError, isDmitryError } from './dmitry-error.ts';
export type { DmitryErrorOptions, FaultSeverity } from './dmitry-error.ts';
export { BackgroundLoop } from './background-loop.ts';
export type { LoopOptions } from './background-loop.ts';
export { Clock, isoTime } from './clock.port.ts';
export { IdSource } from './id-source.port.ts';
export { uuidV7 } from './uuid.ts';
export { Logger, silentLogger } from './logger.port.ts';
export type { LogFields } from './logger.port.ts';
export { assertNoOpenTransaction, currentRequest, inTransaction, runInRequest, runInTransaction } from './scopes.ts';
export type { RequestScope } from './scopes.ts';
export { unreachable } from './result.ts';
export { fromText, recordFromText } from './from-text.policy.ts';
export { DEVELOPMENT_SECRET, modeOf } from './mode.ts';
export type { Mode } from './mode.ts';
export { Secret } from './secret.ts';
export { childOf, formatTraceparent, newTraceparent, parseTraceparent } from './traceparent.ts';
export type { TraceContext } from './traceparent.ts';
