/** The nest room of @dmitry/platform-client. */
export {};
