import type { Clock } from '@dmitry/kit';
import type { LlmProvider } from '@dmitry/llm';
import type { CallContext } from '@dmitry/outbound';
import type { Advice, HandedEvidence } from './advice.ts';
import { assertLimits } from './analyst.errors.ts';
import { type Analyst, type AnalystLimits, DEFAULT_LIMITS } from './analyst.port.ts';
import { adviseCase, type CaseData, chatCase } from './case-data.ts';
import { clip } from './clip.ts';
import { composeAdvice } from './compose.ts';
import { openDossier } from './dossier.ts';
import { cleaned } from './guarded.ts';
import type { PlatformTools } from './platform-tools.port.ts';
import { advisePrompt, chatPrompt } from './prompts.ts';
import type { TextGuard } from './text-guard.port.ts';
import { runToolLoop } from './tool-loop.ts';

export interface AnalystOptions {
  readonly llm: LlmProvider;
  readonly platform: PlatformTools;
  readonly guard: TextGuard;
  readonly clock: Clock;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<AnalystLimits>;
}

interface Ask {
  readonly data: CaseData;
  readonly prompt: (about: unknown) => string;
  readonly source: 'case' | 'question';
  readonly evidence: readonly HandedEvidence[];
  readonly unresolved: readonly string[] | undefined;
}

/** @throws DmitryError `analyst.limits_invalid` */
export function createAnalyst(options: AnalystOptions): Analyst {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  assertLimits(limits);
  const parts = { ...options, limits, maxToolCalls: limits.maxToolCalls };

  async function ask({ data, prompt, source, evidence, unresolved }: Ask, context: CallContext): Promise<Advice> {
    const dossier = openDossier(data.subject, evidence, unresolved);
    const { value, clipped } = clip(data.about, CASE_LIMITS);
    if (clipped) dossier.warnings.add('the request is long: the model saw only a part of it');
    const about = cleaned(options.guard, dossier, value, { source, what: 'the request' });
    const loop = await runToolLoop(
      parts,
      dossier,
      prompt(about),
      withDeadline(context, options.clock.now() + limits.deadlineMs),
    );
    return composeAdvice(options.guard, dossier, loop);
  }

  return {
    advise: (input, context) =>
      ask(
        {
          data: adviseCase(input),
          prompt: advisePrompt,
          source: 'case',
          evidence: input.evidence,
          unresolved: input.unresolved,
        },
        context,
      ),
    chat: (input, context) =>
      ask(
        {
          data: chatCase(input),
          prompt: chatPrompt,
          source: 'question',
          evidence: input.evidence,
          unresolved: input.unresolved,
        },
        context,
      ),
  };
}

/** A question may have 10,000 characters, and evidence more entries than a tool's result has rows. */
const CASE_LIMITS = { maxItems: 64, maxText: 10_000, maxDepth: 8, maxNodes: 2_000 };

const withDeadline = (context: CallContext, deadlineMs: number): CallContext => ({
  ...context,
  deadlineMs: Math.min(context.deadlineMs ?? deadlineMs, deadlineMs),
});
