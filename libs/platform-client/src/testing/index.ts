/** The testing room of @dmitry/platform-client. */
export {};
