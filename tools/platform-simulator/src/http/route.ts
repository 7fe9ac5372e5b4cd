import type { IncomingHttpHeaders } from 'node:http';
import type { World } from '../worlds.ts';

export type ServiceName = 'platform' | 'pdri' | 'aegis' | 'llm' | 'simulator';

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  readonly rawBody: Buffer;
  readonly nowMs: number;
}

/** A call for a tenant. */
export interface TenantCall extends Call {
  readonly world: World;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Server-sent events instead of a body, each with the time to wait before it. */
  readonly events?: readonly { readonly data: string; readonly afterMs: number }[];
}

interface RouteHead {
  /** Names the operation for knobs, `<service>.<what>`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** Segments with `:name` for parameters. */
  readonly path: string;
}

export type Route = RouteHead &
  (
    | { readonly scope: 'tenant'; readonly handle: (call: TenantCall) => Reply }
    | { readonly scope: 'none' | 'admin'; readonly handle: (call: Call) => Reply }
  );

/** A route for calls of one tenant. */
export const forTenant = (
  operation: string,
  method: Route['method'],
  path: string,
  handle: (call: TenantCall) => Reply,
): Route => ({ operation, method, path, scope: 'tenant', handle });

/** A reply that ends a handler early: what the caller did wrong. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
  }
}

export const ok = (body: unknown, headers?: Record<string, string>): Reply =>
  headers ? { status: 200, body, headers } : { status: 200, body };

export const notFound = (what: string): Refusal => new Refusal(404, 'not_found', `${what} is not known to this tenant`);

/** The predecessors' spellings of an error side by side: Platform's `error, code` and PDRI's `detail`. */
export const refusalReply = (refusal: Refusal): Reply => ({
  status: refusal.status,
  body: {
    error: refusal.message,
    code: refusal.code,
    detail: refusal.message,
    ...(refusal.details === undefined ? {} : { details: refusal.details }),
  },
});

/** A whole number of the query within bounds. */
export function intOf(
  query: URLSearchParams,
  name: string,
  range: { otherwise: number; min: number; max: number },
): number {
  const given = query.get(name);
  if (given === null) return range.otherwise;
  const value = Number(given);
  if (!Number.isInteger(value) || value < range.min || value > range.max) {
    throw new Refusal(422, 'invalid_query', `${name} must be a whole number from ${range.min} to ${range.max}`);
  }
  return value;
}

export function numberOf(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name);
  if (given === null) return undefined;
  const value = Number(given);
  if (given === '' || !Number.isFinite(value)) throw new Refusal(422, 'invalid_query', `${name} must be a number`);
  return value;
}
