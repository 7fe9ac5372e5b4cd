import type { Clock } from '@dmitry/kit';
import type { CallContext, OutboundClient, OutboundRequest } from '@dmitry/outbound';
import {
  createStreamAssembly,
  LLM_OPERATION,
  type LlmProvider,
  type LlmRequest,
  type LlmStreamPart,
  type LlmUnavailableCode,
  readCompletion,
  wireRequest,
} from '../core/index.ts';
import { malformed, unavailableOf } from './unavailable.ts';

export interface HttpLlmOptions {
  /**
   * Client of the service `llm`. It records every call, and the key is its business: give it `authorization`.
   * Its base URL ends where `/chat/completions` begins, e.g. `https://api.openai.com/v1`.
   */
  readonly client: OutboundClient;
  readonly clock: Clock;
  readonly model: string;
  /** Who answers, for the label of every answer. @default 'openai-compatible' */
  readonly provider?: string;
  /** Limit of one attempt. @default 60000 */
  readonly timeoutMs?: number;
}

/** Any OpenAI-compatible endpoint. Deadline, retries, breaker and the record of the call are the client's. */
export function createHttpLlmProvider(options: HttpLlmOptions): LlmProvider {
  const provider = options.provider ?? 'openai-compatible';
  return {
    provider,
    async complete(request, context) {
      const result = await options.client.call(outboundRequest(options, request, false), context);
      if (result.kind !== 'ok') return unavailableOf(result, provider);
      const body = readCompletion(result.body);
      if (!body) return malformed(provider, result.entry);
      const { entry, latencyMs } = result;
      return { kind: 'answer', ...body, model: body.model ?? modelOf(options, request), provider, entry, latencyMs };
    },
    stream: (request, context) => streamParts(options, provider, request, context),
  };
}

const modelOf = (options: HttpLlmOptions, request: LlmRequest): string => request.model ?? options.model;

function outboundRequest(options: HttpLlmOptions, request: LlmRequest, stream: boolean): OutboundRequest {
  return {
    method: 'POST',
    path: '/chat/completions',
    operation: LLM_OPERATION,
    kind: 'read',
    body: wireRequest(request, { model: options.model, stream }),
    ...(stream ? { headers: { accept: 'text/event-stream' } } : {}),
    timeoutMs: options.timeoutMs ?? 60_000,
  };
}

async function* streamParts(
  options: HttpLlmOptions,
  provider: string,
  request: LlmRequest,
  context: CallContext,
): AsyncGenerator<LlmStreamPart> {
  const { clock } = options;
  const startMs = clock.monotonicMs();
  const opened = await options.client.stream(outboundRequest(options, request, true), context);
  if (opened.kind !== 'stream') {
    yield unavailableOf(opened, provider);
    return;
  }
  const assembly = createStreamAssembly();
  let cut = false;
  try {
    for await (const chunk of opened.chunks) {
      const text = assembly.push(chunk);
      if (text !== '') yield { kind: 'text', text };
    }
  } catch {
    cut = true;
  }
  const entry = await opened.entry; // rejects when the outcome is not durable: then nothing may be used
  const body = cut ? null : assembly.finish();
  if (cut) yield { kind: 'unavailable', ...cutReason(context, clock), provider, entry };
  else if (!body) yield malformed(provider, entry);
  else
    yield {
      kind: 'answer',
      ...body,
      model: body.model ?? modelOf(options, request),
      provider,
      entry,
      latencyMs: clock.monotonicMs() - startMs,
    };
}

function cutReason(context: CallContext, clock: Clock): { code: LlmUnavailableCode; message: string } {
  if (context.signal?.aborted) return { code: 'llm.aborted', message: 'the caller gave up' };
  if (clock.now() >= (context.deadlineMs ?? Infinity))
    return { code: 'llm.timeout', message: 'the answer was not complete in time' };
  return { code: 'llm.unavailable', message: 'the streamed answer was cut: discard what came and try again' };
}
