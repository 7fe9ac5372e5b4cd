import type { LoggerService } from '@nestjs/common';
import type { Logger } from '../core/index.ts';

/** What Nest says about itself, as our log lines; its start-up chatter only at level debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug('framework', fieldsOf(message, rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug('framework', fieldsOf(message, rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug('framework', fieldsOf(message, rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn('framework', fieldsOf(message, rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error('framework', fieldsOf(message, rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.error('framework', fieldsOf(message, rest));
  }
}

/** Nest gives the context last and, for errors, the stack before it. */
const fieldsOf = (message: unknown, rest: readonly unknown[]): Record<string, unknown> => ({
  message,
  context: rest.at(-1),
  ...(rest.length > 1 ? { more: rest.slice(0, -1) } : {}),
});
