/** The prometheus room of @dmitry/telemetry. */
export {};
