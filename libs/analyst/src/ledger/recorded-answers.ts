import { digestOf, type RecordedAnswer, type RecordedReading } from '@dmitry/contracts';
import { type CompletionBody, jsonOf, membersOf, readCompletion, textOf } from '@dmitry/llm';
import type { Tx } from '@dmitry/storage';
import type { Ledger } from '@dmitry/trust-ledger';
import type { Advice, RecordedAnswers, ToolRun } from '../core/index.ts';

type Reader = Pick<Ledger, 'list' | 'reveal'>;

/**
 * What the model and the tools answered while this advice was made, read back out of the ledger: requests, replies and what was committed.
 * Null when a payload was erased with its key.
 */
export async function recordedAnswers(
  ledger: Reader,
  tx: Tx,
  advice: Pick<Advice, 'modelCalls' | 'toolCalls'>,
): Promise<RecordedAnswers | null> {
  const answers: RecordedAnswer[] = [];
  for (const entry of advice.modelCalls) {
    const answer = await answerOf(ledger, tx, entry);
    if (!answer) return null;
    answers.push(answer);
  }
  const readings: RecordedReading[] = [];
  for (const run of advice.toolCalls) {
    if (run.status === 'refused') continue;
    const reading = await readingOf(ledger, tx, run);
    if (!reading) return null;
    readings.push(reading);
  }
  return { answers, readings };
}

async function answerOf(ledger: Reader, tx: Tx, entry: string): Promise<RecordedAnswer | null> {
  const [stored] = await ledger.list(tx, { ids: [entry] });
  const intent = stored?.entry.refs.intent;
  const asked = intent === undefined ? null : await ledger.reveal(tx, intent);
  const said = await ledger.reveal(tx, entry);
  if (!asked || !said) return null;
  const body = membersOf(payloadOf(asked.payload))['body'];
  const { text, toolCalls, finish, usage, model } = completionOf(payloadOf(said.payload));
  const askedModel = textOf(membersOf(body)['model']) ?? '';
  return {
    entry,
    request_digest: digestOf(body ?? null),
    asked_model: askedModel,
    text,
    finish,
    tool_calls: toolCalls.map((call) => ({ ...call })),
    usage: usage && { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens },
    model: model ?? askedModel,
  };
}

const NOTHING: CompletionBody = { text: '', toolCalls: [], finish: 'other', usage: null, model: null };

/** A reply over HTTP is kept as status and body; a provider inside the process keeps what it said. */
function completionOf(payload: unknown): CompletionBody {
  const members = membersOf(payload);
  if (members['body'] !== undefined) return readCompletion(members['body']) ?? NOTHING;
  const { text, toolCalls, finish, usage, model } = { ...NOTHING, ...members } as CompletionBody;
  return { text, toolCalls, finish, usage, model };
}

const KINDS: Readonly<Record<Exclude<ToolRun['status'], 'refused'>, RecordedReading['kind']>> = {
  success: 'fresh',
  stale: 'stale',
  partial: 'partial',
  error: 'unavailable',
};

async function readingOf(ledger: Reader, tx: Tx, run: ToolRun): Promise<RecordedReading | null> {
  const { tool, entry, code, ageMs, note } = run;
  const kind = KINDS[run.status as keyof typeof KINDS];
  const common = { tool, entry, kind, code };
  if (entry === '') return { ...common, request_digest: null, data: null };
  const said = await ledger.reveal(tx, entry);
  if (!said) return null;
  const asked = said.committed['request_digest']?.value;
  return {
    ...common,
    request_digest: textOf(asked),
    data: kind === 'unavailable' ? null : (membersOf(payloadOf(said.payload))['body'] ?? null),
    ...(ageMs === undefined ? {} : { age_ms: ageMs }),
    ...(note === undefined ? {} : { note }),
  };
}

/** What could not be written canonically is kept as text. */
function payloadOf(payload: unknown): unknown {
  const text = membersOf(payload)['not_canonical'];
  return typeof text === 'string' ? jsonOf(text) : payload;
}
