/** The offline room of @dmitry/llm. */
export {};
