/** The nest room of @dmitry/telemetry. */
export {};
