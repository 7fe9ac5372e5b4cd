/** The door of @dmitry/llm: Client of any OpenAI-compatible provider, with streaming, tools, and an offline provider. */
export {};
