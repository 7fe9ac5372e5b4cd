/** The door of @dmitry/llm: one language model, however it is reached. */
export { LlmProvider } from './llm-provider.port.ts';
export type {
  JsonSchema,
  LlmAnswer,
  LlmFinish,
  LlmMessage,
  LlmRequest,
  LlmStreamPart,
  LlmTool,
  LlmUnavailableCode,
  LlmUsage,
  ResponseFormat,
  ToolCall,
} from './llm-provider.port.ts';
export { readCompletion, wireRequest } from './completion.ts';
export type { CompletionBody } from './completion.ts';
export { createStreamAssembly } from './stream-assembly.ts';
export type { StreamAssembly } from './stream-assembly.ts';
export { createSseParser } from './sse.ts';
export type { SseEvent, SseParser } from './sse.ts';
export { readDataBlocks, writeDataBlock } from './data-block.ts';
export type { DataBlock } from './data-block.ts';
export { LLM_OPERATION, LLM_SERVICE, recordedCall, streamOf } from './recorded-call.ts';
export type { LocalReply } from './recorded-call.ts';
export { measuredProvider } from './measured-provider.ts';
export { jsonOf, listOf, membersOf, numberOf, textOf } from './untrusted-json.ts';
export type { Members } from './untrusted-json.ts';
