import {
  type CallContext,
  openRecord,
  type OutboundClient,
  type OutboundRequest,
  type OutboundResult,
  type OutboundStream,
  outcomeOf,
  recordedCall,
  requestInvalid,
  resultOf,
} from '../core/index.ts';
import { type CausedEnd, Streaming } from './call-runner.ts';
import { EventStream } from './event-stream.ts';
import { type CallUnderWay, Exchange, type HttpClientOptions } from './exchange.ts';
import type { WireRequest } from './wire.ts';

/** One service over HTTP. One client per service and process: pool, breaker and budget live with it, not with a call. */
export const createHttpClient = (options: HttpClientOptions): OutboundClient => new HttpClient(options);

class HttpClient implements OutboundClient {
  readonly service: string;
  private readonly exchange: Exchange;

  constructor(options: HttpClientOptions) {
    this.service = options.service;
    this.exchange = new Exchange(options);
  }

  async call(request: OutboundRequest, context: CallContext): Promise<OutboundResult> {
    const body = bodyOf(request);
    return recordedCall(this.service, request, context, () => this.send(this.exchange.begin(request, body, context)));
  }

  async operate(request: OutboundRequest, options: { readonly signal?: AbortSignal } = {}): Promise<OutboundResult> {
    const { end, cost } = await this.send(this.exchange.begin(request, bodyOf(request), undefined, options.signal));
    return resultOf(end, request.kind, '', cost.latencyMs);
  }

  async stream(request: OutboundRequest, context: CallContext): Promise<OutboundStream> {
    const body = bodyOf(request);
    const record = await openRecord(this.service, request, context);
    const call = this.exchange.begin(request, body, context);
    const { end, attempts } = await this.exchange.run(call, (wire, signal) => this.openStream(wire, signal));
    if (end instanceof Streaming) {
      const over = (how: CausedEnd): void => {
        end.giveBack();
        this.exchange.finish(call, how, attempts);
      };
      const { clock, limits } = this.exchange;
      const stream = new EventStream({
        ...call,
        reply: end.reply,
        signal: call.window.signal,
        record,
        attempts,
        clock,
        over,
        maxBytes: limits.maxResponseBytes,
      });
      return {
        kind: 'stream',
        status: end.reply.status,
        headers: end.reply.headers,
        chunks: stream.chunks,
        entry: stream.entry,
      };
    }
    const cost = this.exchange.finish(call, end, attempts);
    const entry = await record.close(outcomeOf(end, cost));
    // Every answer of 2xx became a stream, so what is left here is never `ok`.
    return resultOf(end, request.kind, entry, cost.latencyMs) as Exclude<OutboundResult, { kind: 'ok' }>;
  }

  state(): ReturnType<OutboundClient['state']> {
    return this.exchange.state();
  }

  close(): Promise<void> {
    return this.exchange.close();
  }

  private async send(call: CallUnderWay): ReturnType<Parameters<typeof recordedCall>[3]> {
    const { end, attempts } = await this.exchange.run(call, (wire, signal) => this.exchange.wire.send(wire, signal));
    return { end, cost: this.exchange.finish(call, end, attempts) };
  }

  private async openStream(wire: WireRequest, signal: AbortSignal): Promise<CausedEnd | Streaming> {
    const reply = await this.exchange.wire.open(wire, signal, this.exchange.limits.streamIdleMs);
    if (reply.kind === 'failed') return reply;
    const success = reply.status >= 200 && reply.status < 300;
    return success ? new Streaming(reply) : this.exchange.wire.read(reply, 'text');
  }
}

/** A body that is said to be text goes out as it is: C2SP witnesses take notes, not JSON. */
const isText = (headers: OutboundRequest['headers']): boolean =>
  Object.entries(headers ?? {}).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value.startsWith('text/'),
  );

/** The body's bytes, made once, so that every attempt sends the same. @throws DmitryError `outbound.request_invalid` */
function bodyOf(request: OutboundRequest): string | null {
  if (!/^\/[\x21-\x7e]*$/.test(request.path)) throw requestInvalid('its path must begin with / and be encoded');
  if (request.body === undefined) return null;
  if (typeof request.body === 'string' && isText(request.headers)) return request.body;
  try {
    return JSON.stringify(request.body);
  } catch (cause) {
    throw requestInvalid(`its body is not JSON (${cause instanceof Error ? cause.message.split('\n')[0] : 'unknown'})`);
  }
}
