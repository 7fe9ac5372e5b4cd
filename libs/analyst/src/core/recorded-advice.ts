import {
  digestOf,
  type RecordedAdvice,
  type RecordedAdviceResult,
  type RecordedAnswer,
  type RecordedReading,
} from '@dmitry/contracts';
import type { Clock } from '@dmitry/kit';
import { type LlmAnswer, type LlmProvider, type LlmRequest, streamOf, wireRequest } from '@dmitry/llm';
import type { CallContext } from '@dmitry/outbound';
import type { Advice, HandedEvidence } from './advice.ts';
import type { AnalystLimits } from './analyst.port.ts';
import { createAnalyst } from './create-analyst.ts';
import type { PlatformTools, ToolReading } from './platform-tools.port.ts';
import type { TextGuard } from './text-guard.port.ts';

/** Answers from outside, in the order in which they came. */
export interface RecordedAnswers {
  readonly answers: readonly RecordedAnswer[];
  readonly readings: readonly RecordedReading[];
}

/** Where the analyst of this build asks otherwise than the one that was recorded. `at` is a path below the advice. */
export interface AskedOtherwise {
  readonly at: string;
  readonly expected: unknown;
  readonly got: unknown;
}

export interface AdvisedAgain {
  readonly advice: RecordedAdviceResult;
  readonly strays: readonly AskedOtherwise[];
}

type Question = RecordedAnswers & Pick<RecordedAdvice, 'request' | 'evidence' | 'unresolved' | 'advice'>;

/** An advice without the times, which are those of its clock: what must come again when the same answers come again. */
export function adviceResultOf(advice: Advice): RecordedAdviceResult {
  const { kind, code, summary, impact, confidence, provider, model } = advice;
  return {
    kind,
    code,
    summary,
    impact,
    confidence,
    provider,
    model,
    claims: advice.claims.map(({ text, citations }) => ({ text, citations: [...citations] })),
    risk_factors: advice.riskFactors.map((each) => ({ ...each })),
    proposals: advice.proposals.map((each) => ({ ...each, evidence: [...each.evidence] })),
    citations: [...advice.citations],
    refused: advice.refused.map((each) => ({ ...each })),
    warnings: [...advice.warnings],
    unavailable: [...advice.unavailable],
  };
}

/**
 * Asks the analyst of this build once more (promise P6). The model and the tools are the recorded answers, given out in order, whatever is
 * asked; what is asked otherwise than before is told. Nothing is called and nothing is recorded.
 */
export async function adviseFromRecord(
  question: Question,
  parts: { readonly guard: TextGuard; readonly limits?: Partial<AnalystLimits> },
): Promise<AdvisedAgain> {
  const tape = new Tape(question);
  const analyst = createAnalyst({ ...parts, llm: tape.llm, platform: tape.platform, clock: tape.clock });
  const { request, unresolved } = question;
  const evidence: readonly HandedEvidence[] = question.evidence;
  const context: CallContext = { tenant: request.tenant_id, recorder: NOTHING_LEAVES };
  const advice = await analyst.advise({ request, evidence, unresolved }, context);
  return { advice: adviceResultOf(advice), strays: tape.strays() };
}

const NOTHING_LEAVES: CallContext['recorder'] = {
  intent: () => Promise.reject(new TypeError('a replay calls nobody')),
  outcome: () => Promise.reject(new TypeError('a replay calls nobody')),
};

/** Recorded answers as a model and as tools. */
class Tape {
  readonly #found: AskedOtherwise[] = [];
  readonly #question: Question;
  #answers = 0;
  #readings = 0;

  constructor(question: Question) {
    this.#question = question;
  }

  /** Time stands still; it is up once nothing is left to answer, since the recorded analyst asked nothing more. */
  readonly clock: Clock = {
    now: () => (this.#answers < this.#question.answers.length ? 0 : Number.POSITIVE_INFINITY),
    monotonicMs: () => 0,
    sleep: () => Promise.resolve(),
    every: () => () => undefined,
  };

  get llm(): LlmProvider {
    const { provider } = this.#question.advice;
    return {
      provider,
      complete: (request) => Promise.resolve(this.#answer(request, provider)),
      stream: (request) => streamOf(Promise.resolve(this.#answer(request, provider))),
    };
  }

  get platform(): PlatformTools {
    return { read: ({ tool }) => Promise.resolve(this.#reading(tool)) };
  }

  strays(): readonly AskedOtherwise[] {
    const { answers, readings } = this.#question;
    return [
      ...this.#found,
      ...(this.#answers < answers.length ? [notAsked(`answers/${this.#answers}`)] : []),
      ...(this.#readings < readings.length ? [notAsked(`readings/${this.#readings}`)] : []),
    ];
  }

  #answer(request: LlmRequest, provider: string): LlmAnswer {
    const at = `answers/${this.#answers}`;
    const said = this.#question.answers[this.#answers++];
    if (!said) {
      this.#found.push({ at, expected: null, got: 'asked' });
      return { kind: 'unavailable', code: 'llm.unavailable', message: 'nothing more is recorded', provider, entry: '' };
    }
    const digest = digestOf(wireRequest(request, { model: said.asked_model }));
    if (digest !== said.request_digest)
      this.#found.push({ at: `${at}/request_digest`, expected: said.request_digest, got: digest });
    const { text, tool_calls: toolCalls, finish, usage, model, entry } = said;
    return {
      kind: 'answer',
      text,
      toolCalls,
      finish,
      model,
      provider,
      entry,
      latencyMs: 0,
      usage: usage && { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens },
    };
  }

  #reading(tool: string): ToolReading {
    const at = `readings/${this.#readings}`;
    const read = this.#question.readings[this.#readings++];
    if (!read) {
      this.#found.push({ at, expected: null, got: tool });
      return { kind: 'unavailable', code: 'platform.aborted', entry: '' };
    }
    if (read.tool !== tool) this.#found.push({ at: `${at}/tool`, expected: read.tool, got: tool });
    return readingOf(read);
  }
}

const notAsked = (at: string): AskedOtherwise => ({ at, expected: 'asked', got: null });

function readingOf({ kind, data, entry, code, age_ms: ageMs, note }: RecordedReading): ToolReading {
  if (kind === 'unavailable') return { kind, code: code ?? '', entry };
  return {
    kind: 'read',
    data,
    entry,
    freshness: kind,
    ...(ageMs === undefined ? {} : { ageMs }),
    ...(note === undefined ? {} : { note }),
  };
}
