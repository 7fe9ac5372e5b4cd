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
  if (isSystemError(error)) return systemComplaint(error);
  return `unexpected fault, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'errno' in error;

/** What the system says no to is seldom our fault: a folder that is not there or not ours, a disk that is full. */
const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not; name another place, or give it to this user',
  EPERM: 'this user may not; name another place, or give it to this user',
  EROFS: 'the file system is read-only; name another place',
  ENOSPC: 'the disk is full; free space, or name another place',
  EDQUOT: 'the quota of this user is used up; free space, or name another place',
  ENOENT: 'there is no such file or folder; make it, or correct the path',
  ENOTDIR: 'a part of the path is not a folder; correct it',
  EISDIR: 'it is a folder; name a file in it',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
};

function systemComplaint({ path, syscall, code = '', message }: NodeJS.ErrnoException): string {
  return `${path ?? syscall}: ${SYSTEM_REASONS[code] ?? message} (${code})`;
}
