import {
  type CallContext,
  type CallEnd,
  openRecord,
  type OutboundClient,
  type OutboundRequest,
  type OutboundResult,
  type OutboundStream,
  outcomeOf,
  recordedCall,
  resultOf,
  type UnavailableReason,
} from '../core/index.ts';

/** What the scripted other side does with a request. */
export type ScriptedAnswer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** No usable answer. @default left true */
  | { readonly fails: UnavailableReason; readonly left?: boolean }
  /** A streamed reply, chunk by chunk. */
  | { readonly chunks: readonly string[] };

/** Answers requests, each in turn from a list (the last one again and again), or by a function. */
export type Script = readonly ScriptedAnswer[] | ((request: OutboundRequest, context?: CallContext) => ScriptedAnswer);

export interface ScriptedClient extends OutboundClient {
  /** Every request that left, in order. */
  readonly sent: readonly OutboundRequest[];
}

/** An outbound client without a network: records and classifies exactly as the real one does, and answers from a script. */
export function createScriptedClient(options: { readonly service: string; readonly script: Script }): ScriptedClient {
  return new Scripted(options.service, options.script);
}

class Scripted implements ScriptedClient {
  readonly sent: OutboundRequest[] = [];

  constructor(
    readonly service: string,
    private readonly script: Script,
  ) {}

  call(request: OutboundRequest, context: CallContext): Promise<OutboundResult> {
    return recordedCall(this.service, request, context, async () => this.end(this.answer(request, context)));
  }

  async operate(request: OutboundRequest): Promise<OutboundResult> {
    return resultOf(this.end(this.answer(request)).end, request.kind, '', 0);
  }

  async stream(request: OutboundRequest, context: CallContext): Promise<OutboundStream> {
    const record = await openRecord(this.service, request, context);
    const answer = this.answer(request, context);
    if ('chunks' in answer) {
      const ended = Promise.withResolvers<string>();
      const chunks = (async function* (): AsyncGenerator<string> {
        yield* answer.chunks;
        const body = answer.chunks.join('');
        ended.resolve(
          record.close(outcomeOf({ kind: 'reply', status: 200, body, headers: {} }, { latencyMs: 0, attempts: 1 })),
        );
        await ended.promise;
      })();
      return { kind: 'stream', status: 200, headers: {}, chunks, entry: ended.promise };
    }
    const { end, cost } = this.end(answer);
    const entry = await record.close(outcomeOf(end, cost));
    return resultOf(end, request.kind, entry, 0) as Exclude<OutboundResult, { kind: 'ok' }>;
  }

  state(): ReturnType<OutboundClient['state']> {
    return { breaker: 'closed', inFlight: 0 };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private answer(request: OutboundRequest, context?: CallContext): ScriptedAnswer {
    const { script } = this;
    const answer =
      typeof script === 'function' ? script(request, context) : (script[this.sent.length] ?? script.at(-1));
    if (!answer) return { fails: 'connect', left: false };
    if (!('fails' in answer) || answer.left !== false) this.sent.push(request);
    return answer;
  }

  private end(answer: ScriptedAnswer): { end: CallEnd; cost: { latencyMs: number; attempts: number } } {
    const cost = { latencyMs: 0, attempts: 1 };
    if ('fails' in answer) {
      const left = answer.left ?? true;
      return { end: { kind: 'failed', reason: answer.fails, left }, cost: { latencyMs: 0, attempts: left ? 1 : 0 } };
    }
    if ('chunks' in answer)
      return { end: { kind: 'reply', status: 200, body: answer.chunks.join(''), headers: {} }, cost };
    // A copy: what the other side says does not change when its object does.
    const body = answer.body === undefined ? null : structuredClone(answer.body);
    return { end: { kind: 'reply', status: answer.status, body, headers: answer.headers ?? {} }, cost };
  }
}
