/** The testing room of @dmitry/kit. */
export {};
