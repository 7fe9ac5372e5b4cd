import { assertNoOpenTransaction } from '@dmitry/kit';
import { type CallCost, type CallEnd, outcomeOf, resultOf } from './call-end.policy.ts';
import type { CallContext, CallIntent, CallOutcome } from './call-recorder.port.ts';
import type { OutboundRequest, OutboundResult } from './outbound-client.port.ts';
import { recorderFailed } from './outbound.errors.ts';

/** The intent of a request: what is recorded before it leaves. Headers are not part of it, so no credential is recorded. */
function callIntentOf(service: string, request: OutboundRequest): CallIntent {
  const { method, path, operation, kind, body, refs } = request;
  return {
    service,
    operation,
    effect: kind === 'read' ? 'read' : 'effect',
    request: body === undefined ? { method, path } : { method, path, body },
    ...(refs ? { refs } : {}),
  };
}

/** A call's record: opened before the call leaves, closed before its result is given. */
export interface OpenRecord {
  /** Records the outcome. @returns the outcome's entry; '' when the caller records it itself */
  close(outcome: CallOutcome): Promise<string>;
}

/**
 * Records the intent, unless the caller did (promise P1).
 * @throws DmitryError `storage.transaction_open`, or the recorder's fault: then the call must not be made
 */
export async function openRecord(service: string, request: OutboundRequest, context: CallContext): Promise<OpenRecord> {
  assertNoOpenTransaction(`Calling ${service} (${request.operation})`);
  if (request.recorded) return { close: () => Promise.resolve('') };
  const intent = callIntentOf(service, request);
  const entry = await context.recorder.intent(intent).catch((error: unknown) => {
    throw recorderFailed('intent', error);
  });
  return {
    close: (outcome) =>
      context.recorder.outcome(entry, intent, outcome).catch((error: unknown) => {
        throw recorderFailed('outcome', error);
      }),
  };
}

/** One whole call: intent, `run`, outcome, result - in this order. `run` answers with how it ended and never rejects. */
export async function recordedCall(
  service: string,
  request: OutboundRequest,
  context: CallContext,
  run: () => Promise<{ readonly end: CallEnd; readonly cost: CallCost }>,
): Promise<OutboundResult> {
  const record = await openRecord(service, request, context);
  const { end, cost } = await run();
  const entry = await record.close(outcomeOf(end, cost));
  return resultOf(end, request.kind, entry, cost.latencyMs);
}
