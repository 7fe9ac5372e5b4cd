import { problemOf } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';

/** What the exit code of a command says. */
export const EXIT = { yes: 0, no: 1, unusable: 2, unavailable: 3, skipped: 4, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The call or its input cannot be used. The message names the flag, the file, the line, and what would be right. */
export class CallFault extends Error {
  override readonly name = 'CallFault';
}

/** A service that the command needs is not there. */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault';
}

/** Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Whoever read the answer has gone away (`dmitry … | head`): nothing is wrong, and nobody is left to tell. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof OutputClosed) return EXIT.yes;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof ServiceFault) return EXIT.unavailable;
  return isDmitryError(error) && problemOf(error.code).status === 503 ? EXIT.unavailable : EXIT.unusable;
}

/** One line for a person, or null where there is nothing to say. */
export function complaintOf(error: unknown): string | null {
  if (error instanceof OutputClosed || error instanceof Interrupted) return null;
  if (error instanceof CallFault || error instanceof ServiceFault) return error.message;
  if (isDmitryError(error)) return `${error.message} (${error.code}: ${problemOf(error.code).remedy})`;
  return `unexpected fault, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
