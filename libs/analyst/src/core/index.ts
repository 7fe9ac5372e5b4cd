/** The door of @dmitry/analyst: a language model that reads by tools, cites the ledger and proposes; it never executes. */
export { Analyst, DEFAULT_LIMITS } from './analyst.port.ts';
export type { AdviseInput, AnalystLimits, ChatInput } from './analyst.port.ts';
export { createAnalyst } from './create-analyst.ts';
export type { AnalystOptions } from './create-analyst.ts';
export type {
  Advice,
  AdviceSubject,
  AnalystCode,
  Claim,
  HandedEvidence,
  Proposal,
  RefusedAction,
  ToolRun,
} from './advice.ts';
export { PlatformTools } from './platform-tools.port.ts';
export type { PlatformRead, ReadFilters, ToolReading } from './platform-tools.port.ts';
export { TextGuard } from './text-guard.port.ts';
export type { Guarded, TextSource } from './text-guard.port.ts';
export { ANALYST_TOOLS } from './tool-catalogue.ts';
export { advisePrompt, chatPrompt, lastStepPrompt, RISK_FACTORS, systemPrompt, toolResultPrompt } from './prompts.ts';
export type { ToolResultText } from './prompts.ts';
export { toAdviseResponse } from './advise-response.ts';
export { toChatResponse } from './chat-response.ts';
export type { ChatParts } from './chat-response.ts';
export { entityRefOf, entityTypeOf } from './entity-names.ts';
export { adviceResultOf, adviseFromRecord } from './recorded-advice.ts';
export type { AdvisedAgain, AskedOtherwise, RecordedAnswers } from './recorded-advice.ts';
