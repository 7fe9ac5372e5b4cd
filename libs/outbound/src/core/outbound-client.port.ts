import type { CallContext } from './call-recorder.port.ts';

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the service's base URL, already encoded. */
  readonly path: string;
  /** Operation name, e.g. `risk-findings.get`: label of metrics, part of the breaker's key, ledger fact. */
  readonly operation: string;
  /** `read`: may be retried. `keyed`: an effect with a key the other side honours. `unsafe`: an effect without; never retried. */
  readonly kind: 'read' | 'keyed' | 'unsafe';
  /** JSON body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Limit of one attempt. @default the client's */
  readonly timeoutMs?: number;
  /** How a 2xx body is read: parsed as JSON, left as text, or (of an `operate` only, since bytes are no record) as the bytes that came. @default 'json' */
  readonly expect?: 'json' | 'text' | 'bytes';
  /** The intent is recorded already (dispatch wrote it in its own transaction) and the caller records the outcome itself. */
  readonly recorded?: boolean;
  readonly refs?: { readonly decision?: string; readonly evidence?: readonly string[] };
}

/** `entry` is the ledger entry of the outcome ('' when the caller records it itself). */
export type OutboundResult =
  | {
      readonly kind: 'ok';
      readonly status: number;
      readonly body: unknown;
      readonly headers: Readonly<Record<string, string>>;
      readonly entry: string;
      readonly latencyMs: number;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly body: unknown;
      readonly headers: Readonly<Record<string, string>>;
      readonly entry: string;
      readonly latencyMs: number;
    }
  /** Nothing usable came back and, for an effect, nothing can have happened: never sent, breaker open, bulkhead full. */
  | {
      readonly kind: 'unavailable';
      readonly reason: UnavailableReason;
      readonly entry: string;
      readonly latencyMs: number;
    }
  /** An effect left and no answer came: it may have happened. Never repeat it blindly. */
  | {
      readonly kind: 'unknown';
      readonly reason: 'timeout' | 'reset' | 'server_error' | 'malformed';
      readonly entry: string;
      readonly latencyMs: number;
    };

export type UnavailableReason =
  | 'timeout'
  | 'connect'
  | 'reset'
  | 'server_error'
  | 'malformed'
  | 'breaker_open'
  | 'overloaded'
  | 'deadline'
  | 'too_large'
  | 'aborted';

/** One service, as everyone else calls it. Expected outcomes are values; it rejects only when the ledger cannot record. */
export interface OutboundClient {
  readonly service: string;
  /** A call for a tenant: recorded, tenant and trace headers added. @throws when a transaction is open, or the recorder fails */
  call(request: OutboundRequest, context: CallContext): Promise<OutboundResult>;
  /** A call that concerns no tenant (probe, heartbeat, registration, key fetch): metrics, no entry. */
  operate(request: OutboundRequest, options?: { readonly signal?: AbortSignal }): Promise<OutboundResult>;
  /** A streamed reply (server-sent events) for a tenant; chunks are text, in order. The outcome is recorded when the stream ends. */
  stream(request: OutboundRequest, context: CallContext): Promise<OutboundStream>;
  /** Breaker and pool state, for health and metrics. */
  state(): { readonly breaker: 'closed' | 'open' | 'half_open'; readonly inFlight: number };
  close(): Promise<void>;
}
export const OutboundClient = Symbol('OutboundClient');

export type OutboundStream =
  | {
      readonly kind: 'stream';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly chunks: AsyncIterable<string>;
      /** Resolves with the outcome's entry once the stream has ended and its outcome is durable. */
      readonly entry: Promise<string>;
    }
  | Exclude<OutboundResult, { kind: 'ok' }>;
