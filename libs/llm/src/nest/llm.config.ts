import { type Config, defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

/** Value of LLM_BASE_URL that asks for the rule-based provider: said, never fallen back to. */
export const OFFLINE = 'offline';

/** Where the language model is. */
export const llmConfig = defineConfig({
  name: 'llm',
  schema: Type.Object({
    LLM_BASE_URL: Type.String({ pattern: `^(${OFFLINE}|https?://.+)$` }),
    LLM_MODEL: Type.Optional(Type.String({ minLength: 1 })),
    LLM_API_KEY: Type.Optional(Type.String({ minLength: 1 })),
    LLM_TIMEOUT_MS: Type.Integer({ minimum: 1, default: 60_000 }),
  }),
  sensitive: ['LLM_API_KEY'],
  docs: {
    LLM_BASE_URL:
      'Base address of an OpenAI-compatible endpoint, up to `/chat/completions`; `offline` for the rule-based provider.',
    LLM_MODEL: 'Model to ask for; required unless LLM_BASE_URL is `offline`.',
    LLM_API_KEY: 'Bearer token of the endpoint.',
    LLM_TIMEOUT_MS: 'Limit of one attempt, milliseconds.',
  },
  rules: (values) =>
    values.LLM_BASE_URL !== OFFLINE && values.LLM_MODEL === undefined
      ? [{ variable: 'LLM_MODEL', message: 'is not set: name the model that LLM_BASE_URL is to answer with' }]
      : [],
});

type LlmValues = Config<[typeof llmConfig]>['llm'];

/** Token of the outbound client of the endpoint that the environment names. */
export const LlmEndpoint = Symbol('LlmEndpoint');

/** The module's options as the environment gives them, and the outbound client that they need. */
export function llmOptionsOf(values: LlmValues) {
  const { LLM_BASE_URL: baseUrl, LLM_MODEL: model = '', LLM_API_KEY: key, LLM_TIMEOUT_MS: timeoutMs } = values;
  if (baseUrl === OFFLINE) return { llm: { use: 'offline' } as const, clients: [] };
  const client = {
    token: LlmEndpoint,
    service: 'llm',
    baseUrl,
    // A model takes longer than any neighbour: the client's own limits would cut its answers off.
    limits: { attemptTimeoutMs: timeoutMs, callTimeoutMs: timeoutMs },
    ...(key ? { authorization: () => `Bearer ${key.reveal()}` } : {}),
  };
  return { llm: { use: 'http', client: LlmEndpoint, model, timeoutMs } as const, clients: [client] };
}
