/** The testing room of @dmitry/llm. */
export {};
