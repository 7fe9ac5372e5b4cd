/** The door of @dmitry/telemetry: Logs, traces and metrics. */
export {};
