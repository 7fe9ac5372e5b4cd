import { type ProblemDocument, problemOf, PROBLEMS } from '@dmitry/contracts';
import {
  type DmitryError,
  type FaultSeverity,
  isDmitryError,
  parseTraceparent,
  type RequestScope,
} from '../core/index.ts';

/** A fault as the edge answers it. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly severity: FaultSeverity;
  readonly faults?: ProblemDocument['errors'];
  readonly retryAfterSeconds?: number;
}

/** Statuses that the framework itself answers with, as our codes. What is not here is our fault. */
const BY_STATUS: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: [
    'request.malformed',
    'The request cannot be read: send one JSON document, UTF-8, with content type application/json.',
  ],
  404: ['request.not_found', 'Nothing is served at this path.'],
  405: ['request.method_not_allowed', 'This method is not served at this path.'],
  413: ['request.too_large', 'The body is larger than this service accepts.'],
  414: ['request.malformed', 'The address is longer than this service accepts.'],
  415: [
    'request.unsupported_media_type',
    'The body is of a type that this service does not read: send application/json.',
  ],
};

/** The problem of anything that was thrown. Nothing of an unknown error is shown. */
export function problemFor(error: unknown): Problem {
  if (isDmitryError(error) && error.code in PROBLEMS) return codedProblem(error);
  const known = BY_STATUS[statusOf(error) ?? 500];
  if (known && !isDmitryError(error)) return { code: known[0], detail: known[1], severity: 'info' };
  return {
    code: 'internal.unexpected',
    detail: 'Something went wrong on our side. Report the trace id; the log has the cause.',
    severity: 'error',
  };
}

function codedProblem(error: DmitryError): Problem {
  const { retryAfterMs, faults } = error.context as { retryAfterMs?: unknown; faults?: unknown };
  return {
    code: error.code,
    detail: error.publicDetail,
    severity: error.severity,
    ...(typeof retryAfterMs === 'number' ? { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) } : {}),
    ...(Array.isArray(faults) && faults.every(isRequestFault) ? { faults } : {}),
  };
}

const isRequestFault = (value: unknown): value is { pointer: string; message: string } =>
  typeof value === 'object' && value !== null && 'pointer' in value && 'message' in value;

/** Nest's exceptions answer by method, Fastify's errors by member. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { getStatus, statusCode } = error as { getStatus?: unknown; statusCode?: unknown };
  const status: unknown = typeof getStatus === 'function' ? getStatus.call(error) : statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** RFC 9457. `predecessor` adds the member that the predecessor's callers read. */
export function problemDocument(
  problem: Problem,
  scope: RequestScope | undefined,
  predecessor: boolean,
): ProblemDocument {
  const { status, title } = problemOf(problem.code);
  const trace = parseTraceparent(scope?.traceparent);
  return {
    type: `https://dmitry.dev/errors/${problem.code}`,
    title,
    status,
    detail: problem.detail,
    instance: `urn:dmitry:request:${scope?.requestId ?? 'unknown'}`,
    code: problem.code,
    ...(trace ? { trace_id: trace.traceId } : {}),
    ...(problem.retryAfterSeconds === undefined ? {} : { retry_after_seconds: problem.retryAfterSeconds }),
    ...(problem.faults ? { errors: problem.faults } : {}),
    ...(predecessor ? { error: problem.detail } : {}),
  };
}
