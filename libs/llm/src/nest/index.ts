/** The nest room of @dmitry/llm. */
export {};
