/** The http room of @dmitry/platform-client. */
export {};
