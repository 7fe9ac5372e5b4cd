/** The http room of @dmitry/llm. */
export {};
