import { type Clock, type IdSource, type Logger, silentLogger } from '@dmitry/kit';
import type { Metrics } from '@dmitry/telemetry';
import {
  type CallContext,
  type CallCost,
  type Failed,
  type OutboundRequest,
  type OutboundResult,
  requestInvalid,
  type RequestKind,
  resultOf,
  scrubSecrets,
} from '../core/index.ts';
import type { BreakerState } from './breaker.ts';
import { type AttemptEnd, CallRunner, type CausedEnd, type Ran } from './call-runner.ts';
import { ClientMetrics } from './client-metrics.ts';
import { type LimitOptions, limitsOf, type OutboundLimits } from './outbound-limits.ts';
import { headersOf } from './request-headers.ts';
import { TimeWindow } from './time-window.ts';
import { Wire, type WireRequest } from './wire.ts';

export interface HttpClientOptions {
  /** `platform`, `pdri`, `aegis`, `llm`, ...: label of metrics, ledger fact. */
  readonly service: string;
  /** Origin and, where there is one, a path prefix. Credentials in it are refused. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** The value of the Authorization header, asked for before each call. It is never recorded or logged. */
  readonly authorization?: () => string | Promise<string>;
  /** Sent with every request; they cannot replace tenant, trace or credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits?: LimitOptions;
}

/** One call on its way: its request as built, its body as sent, and its time. */
export interface CallUnderWay {
  readonly request: OutboundRequest;
  readonly body: string | null;
  readonly context: CallContext | undefined;
  readonly window: TimeWindow;
  readonly deadlineMs: number;
  readonly startMs: number;
}

/** How long `close` waits for calls in flight. */
const DRAIN_MS = 5_000;

/** What calls and streams share: the connection, time, headers, and what is counted and logged. */
export class Exchange {
  readonly wire: Wire;
  readonly limits: OutboundLimits;
  private readonly prefix: string;
  private readonly runner: CallRunner;
  private readonly metrics: ClientMetrics;
  private readonly logger: Logger;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: HttpClientOptions) {
    const { origin, prefix } = addressOf(options.baseUrl);
    this.prefix = prefix;
    this.limits = limitsOf(options.limits);
    this.wire = new Wire(origin, this.limits);
    this.metrics = new ClientMetrics(options.service, options.metrics);
    this.logger = (options.logger ?? silentLogger).child({ service: options.service });
    this.runner = new CallRunner({
      clock: options.clock,
      ids: options.ids,
      limits: this.limits,
      onBreaker: (kind, state) => this.onBreaker(kind, state),
    });
  }

  get clock(): Clock {
    return this.options.clock;
  }

  state(): { readonly breaker: BreakerState; readonly inFlight: number } {
    return { breaker: this.runner.breakerState(), inFlight: this.runner.bulkhead.inFlight };
  }

  begin(request: OutboundRequest, body: string | null, context?: CallContext, signal = context?.signal): CallUnderWay {
    const nowMs = this.clock.now();
    const deadlineMs = Math.min(context?.deadlineMs ?? Infinity, nowMs + this.limits.callTimeoutMs);
    const window = new TimeWindow(this.clock, { limitMs: deadlineMs - nowMs, reason: 'deadline', parent: signal });
    return { request, body, context, window, deadlineMs, startMs: this.clock.monotonicMs() };
  }

  /** Runs attempts. Headers are made once, so that every attempt sends the same request. Never rejects. */
  run<E extends AttemptEnd>(
    call: CallUnderWay,
    attempt: (wire: WireRequest, signal: AbortSignal) => Promise<E>,
  ): Promise<Ran<E | CausedEnd>> {
    let prepared: Promise<WireRequest | Failed> | undefined;
    return this.runner.run<E | CausedEnd>({
      kind: call.request.kind,
      attemptTimeoutMs: call.request.timeoutMs ?? this.limits.attemptTimeoutMs,
      window: call.window.signal,
      deadlineMs: call.deadlineMs,
      once: async (signal) => {
        this.metrics.holding(this.runner.bulkhead.inFlight);
        const wire = await (prepared ??= this.prepare(call));
        return 'kind' in wire ? wire : attempt(wire, signal);
      },
    });
  }

  /** Closes a call: its time, its numbers, its line in the log. */
  finish(call: CallUnderWay, end: CausedEnd, attempts: number): CallCost {
    call.window.close();
    const cost = { latencyMs: this.clock.monotonicMs() - call.startMs, attempts };
    const { operation, kind } = call.request;
    const outcome = resultOf(end, kind, '', cost.latencyMs).kind;
    this.metrics.called(operation, outcome, cost);
    this.metrics.holding(this.runner.bulkhead.inFlight);
    if (outcome === 'unavailable' || outcome === 'unknown') this.logFailure(operation, outcome, end, cost);
    return cost;
  }

  /** Lets calls in flight finish for five seconds, then cuts them. Later calls find no connection. */
  close(): Promise<void> {
    return (this.closing ??= this.drain());
  }

  private async drain(): Promise<void> {
    const drained = new AbortController();
    const limit = this.clock.sleep(DRAIN_MS, drained.signal).catch(() => undefined);
    await Promise.race([this.wire.close(), limit]);
    drained.abort();
    await this.wire.destroy();
  }

  private async prepare({
    request,
    body,
    context,
  }: CallUnderWay): Promise<WireRequest | (Failed & { readonly cause: unknown })> {
    const { ids, authorization, headers: always = {} } = this.options;
    try {
      const source = { ids, headers: always, authorization };
      const headers = await headersOf(source, request.headers ?? {}, body !== null, context);
      return {
        method: request.method,
        path: this.prefix + request.path,
        body,
        headers,
        expect: request.expect ?? 'json',
      };
    } catch (cause) {
      return { kind: 'failed', reason: 'connect', left: false, cause }; // no credentials, no call
    }
  }

  private logFailure(operation: string, outcome: OutboundResult['kind'], end: CausedEnd, cost: CallCost): void {
    const reason = end.kind === 'failed' ? end.reason : `status ${end.status}`;
    const error = end.cause instanceof Error ? { error: scrubSecrets(end.cause.message) } : {};
    this.logger.warn('outbound.call_failed', { operation, outcome, reason, ...cost, ...error });
  }

  private onBreaker(kind: RequestKind, state: BreakerState): void {
    this.metrics.breakerIs(kind, state);
    this.logger.warn('outbound.breaker_changed', { kind, state });
  }
}

function addressOf(baseUrl: string): { origin: string; prefix: string } {
  const url = URL.parse(baseUrl);
  if (!url || !/^https?:$/.test(url.protocol)) throw requestInvalid('the base URL is not an http(s) address');
  if (url.username || url.password)
    throw requestInvalid('the base URL carries credentials; give `authorization` instead');
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') };
}
