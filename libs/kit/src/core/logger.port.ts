export type LogFields = Readonly<Record<string, unknown>>;

/** Structured logs: the event's name first, facts as fields, never a secret. Implementations never throw. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}
export const Logger = Symbol('Logger');

/** A logger that says nothing: for libraries used alone. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
