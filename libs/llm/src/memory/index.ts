/** The memory room of @dmitry/llm. */
export {};
