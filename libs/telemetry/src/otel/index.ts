/** The otel room of @dmitry/telemetry. */
export {};
