import { digestOf } from '@dmitry/contracts';
import type { CallIntent, CallOutcome, CallRecorder } from '@dmitry/outbound';
import type { Database } from '@dmitry/storage';
import { type EntryDraft, type LedgerSession, recordable } from '../core/index.ts';
import { GroupAppend } from './group-append.ts';
import { namedSubjects } from './named-subjects.ts';

export interface CallRecorderOptions {
  readonly database: Database;
}

/**
 * Records the calls of one session (promise P1): the intent is committed before `intent` resolves, the outcome before `outcome` does.
 * Calls that run side by side share commits. Service, operation and how it went are public facts; what was asked and answered is
 * committed by digest and encrypted in the payload.
 */
export function createCallRecorder(session: LedgerSession, { database }: CallRecorderOptions): CallRecorder {
  const group = new GroupAppend(session, database);
  return {
    intent: async (intent) => (await group.append(intentDraft(intent))).id,
    outcome: async (intentEntry, intent, outcome) =>
      (await group.append(outcomeDraft(intentEntry, intent, outcome))).id,
  };
}

function refsOf({ refs }: CallIntent): { decision?: string; evidence?: string[] } {
  return {
    ...(refs?.decision && { decision: refs.decision }),
    ...(refs?.evidence && { evidence: [...refs.evidence] }),
  };
}

function intentDraft(intent: CallIntent): EntryDraft {
  const request = recordable(intent.request);
  const { service, operation, effect } = intent;
  return {
    type: 'intent',
    refs: refsOf(intent),
    facts: { service, operation, effect },
    committed: { request_digest: digestOf(request) },
    payload: request,
  };
}

function outcomeDraft(intentEntry: string, intent: CallIntent, outcome: CallOutcome): EntryDraft {
  const { service, operation, effect } = intent;
  const { status, httpStatus, latencyMs, attempts } = outcome;
  const response = outcome.response === undefined ? undefined : recordable(outcome.response);
  return {
    type: 'outcome',
    refs: { intent: intentEntry, ...refsOf(intent) },
    facts: {
      service,
      operation,
      effect,
      status,
      latency_ms: Math.round(latencyMs),
      attempts,
      ...(httpStatus !== undefined && { http_status: httpStatus }),
    },
    committed: {
      request_digest: digestOf(recordable(intent.request)),
      ...(response !== undefined && { response_digest: digestOf(response) }),
    },
    ...(response !== undefined && { payload: response }),
    lookups: { subjects: namedSubjects(intent) },
  };
}
