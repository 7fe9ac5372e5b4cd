import { type Clock } from '@dmitry/kit';
import type { LlmMessage, ToolCall } from '@dmitry/llm';
import type { CallContext } from '@dmitry/outbound';
import type { ToolRun } from './advice.ts';
import { clip } from './clip.ts';
import { type Dossier, readKey, takeReading } from './dossier.ts';
import { cleaned } from './guarded.ts';
import type { PlatformRead, PlatformTools, ToolReading } from './platform-tools.port.ts';
import { toolResultPrompt, type ToolResultText } from './prompts.ts';
import type { TextGuard } from './text-guard.port.ts';
import { checkToolCall, endpointOf } from './tool-catalogue.ts';

export interface ToolStepParts {
  readonly platform: PlatformTools;
  readonly guard: TextGuard;
  readonly clock: Clock;
  readonly maxToolCalls: number;
}

type ToolMessage = Extract<LlmMessage, { role: 'tool' }>;

/** Carries out one tool call of the model, if it may, and gives the message that answers it. Rejects only when the ledger cannot record. */
export async function runToolCall(
  parts: ToolStepParts,
  dossier: Dossier,
  call: ToolCall,
  context: CallContext,
): Promise<ToolMessage> {
  const answer = (content: string): ToolMessage => ({ role: 'tool', toolCallId: call.id, content });
  if (dossier.runs.length >= parts.maxToolCalls) {
    dossier.warnings.add(`the model asked for more than ${parts.maxToolCalls} tool calls: the rest was not made`);
    return answer(refusal(call.name, 'no more tool calls: answer now'));
  }
  const checked = checkToolCall(call);
  if (checked.kind === 'read') return answer(await readOnce(parts, dossier, checked.read, context));
  dossier.runs.push(
    refusedRun(parts, call.name, checked.kind === 'execute' ? 'analyst.execute_refused' : 'analyst.call_refused'),
  );
  if (checked.kind === 'refused') return answer(refusal(call.name, checked.message));
  dossier.executes.push(checked);
  return answer(
    refusal(call.name, 'the analyst never executes: the action was handed to the safety gate as a proposal'),
  );
}

const refusal = (name: string, error: string): string =>
  toolResultPrompt({ tool: toolName(name), entry: '', status: 'error', error });

/** The model's own spelling is shown back, within bounds. */
const toolName = (name: string): string => name.slice(0, 64).toWellFormed();

function refusedRun(parts: ToolStepParts, name: string, code: string): ToolRun {
  return {
    tool: toolName(name),
    endpoint: '',
    entry: '',
    status: 'refused',
    code,
    startedMs: parts.clock.now(),
    latencyMs: 0,
  };
}

async function readOnce(
  parts: ToolStepParts,
  dossier: Dossier,
  read: PlatformRead,
  context: CallContext,
): Promise<string> {
  const key = readKey(read);
  const before = dossier.answered.get(key);
  if (before !== undefined) return before;
  const startedMs = parts.clock.now();
  const startMonotonicMs = parts.clock.monotonicMs();
  const reading = await parts.platform.read(read, context);
  dossier.runs.push({
    tool: read.tool,
    endpoint: endpointOf(read.tool),
    entry: reading.entry,
    ...runStatus(reading),
    startedMs,
    latencyMs: Math.round(parts.clock.monotonicMs() - startMonotonicMs),
  });
  const text = toolResultPrompt(resultText(parts.guard, dossier, read, reading));
  dossier.answered.set(key, text);
  return text;
}

function runStatus(reading: ToolReading): Pick<ToolRun, 'status' | 'code' | 'ageMs' | 'note'> {
  if (reading.kind === 'unavailable') return { status: 'error', code: reading.code };
  const { freshness, ageMs, note } = reading;
  return {
    status: freshness === 'fresh' ? 'success' : freshness,
    code: null,
    ...(ageMs === undefined ? {} : { ageMs }),
    ...(note === undefined ? {} : { note }),
  };
}

function resultText(guard: TextGuard, dossier: Dossier, read: PlatformRead, reading: ToolReading): ToolResultText {
  if (reading.kind === 'unavailable') {
    dossier.warnings.add(`${read.tool} could not be read (${reading.code}): the advice does without it`);
    return { tool: read.tool, entry: '', status: 'error', error: `could not be read (${reading.code})` };
  }
  const { value, clipped } = clip(reading.data);
  takeReading(dossier, read, { data: value, entry: reading.entry });
  if (reading.freshness !== 'fresh') dossier.warnings.add(stalenessText(read.tool, reading));
  return {
    tool: read.tool,
    entry: reading.entry,
    status: 'ok',
    freshness: reading.freshness,
    ...(clipped ? { note: 'cut: not all of the result is shown' } : {}),
    data: cleaned(guard, dossier, value, { source: 'tool', what: read.tool }),
  };
}

function stalenessText(tool: string, reading: Extract<ToolReading, { kind: 'read' }>): string {
  if (reading.freshness === 'partial') return `${tool} answered in part only${reading.note ? `: ${reading.note}` : ''}`;
  return `${tool} does not answer now; an answer ${Math.round((reading.ageMs ?? 0) / 1_000)} s old was used`;
}
