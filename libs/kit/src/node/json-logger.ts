import { type Clock, currentRequest, isoTime, type LogFields, type Logger } from '../core/index.ts';
import { loggable } from './log-redaction.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface JsonLoggerOptions {
  readonly clock: Clock;
  /** The least level that is written. @default 'info' */
  readonly level?: LogLevel;
  /** Members of every line, such as the service's name. */
  readonly fields?: LogFields;
  /** Where a line goes, newline included. @default standard error: standard output belongs to a command's answer */
  readonly write?: (line: string) => void;
}

/**
 * One JSON object a line: `time`, `level`, `event`, the ids of the running request or job, then the fields.
 * Secrets are redacted by the name of the field and by their form in text. Never throws.
 */
export class JsonLogger implements Logger {
  private readonly least: number;
  private readonly write: (line: string) => void;

  constructor(private readonly options: JsonLoggerOptions) {
    this.least = LOG_LEVELS.indexOf(options.level ?? 'info');
    this.write = options.write ?? ((line) => void process.stderr.write(line));
  }

  debug(event: string, fields?: LogFields): void {
    this.log('debug', event, fields);
  }

  info(event: string, fields?: LogFields): void {
    this.log('info', event, fields);
  }

  warn(event: string, fields?: LogFields): void {
    this.log('warn', event, fields);
  }

  error(event: string, fields?: LogFields): void {
    this.log('error', event, fields);
  }

  child(fields: LogFields): Logger {
    return new JsonLogger({ ...this.options, fields: { ...this.options.fields, ...fields } });
  }

  private log(level: LogLevel, event: string, fields: LogFields = {}): void {
    if (LOG_LEVELS.indexOf(level) < this.least) return;
    const head = { time: isoTime(this.options.clock.now()), level, event };
    try {
      const facts = loggable({ ...this.options.fields, ...fields }) as LogFields;
      // the head stands first and wins: a field cannot forge the level or the time of a line
      this.write(`${JSON.stringify({ ...head, ...scopeFields(), ...facts, ...head })}\n`);
    } catch (error) {
      this.write(`${JSON.stringify({ ...head, log_fault: String(error) })}\n`);
    }
  }
}

function scopeFields(): LogFields {
  const scope = currentRequest();
  if (!scope) return {};
  return {
    request_id: scope.requestId,
    ...(scope.traceparent === undefined ? {} : { trace_id: scope.traceparent.split('-')[1] }),
    ...(scope.tenant === undefined ? {} : { tenant: scope.tenant }),
  };
}
