/** The testing room of @dmitry/telemetry. */
export {};
