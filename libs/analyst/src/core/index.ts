/** The door of @dmitry/analyst: The AI analyst: tool loop, citations and structured advice. */
export {};
