import { DmitryError, isDmitryError } from '@dmitry/kit';

interface DriverFault {
  readonly code: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly message: string;
}

/** SQLSTATEs (PostgreSQL appendix A) whose cure is to run the whole transaction again. */
const CONTENTION = new Set(['40001', '40P01']);
/** Cancelled by statement_timeout; lock_timeout or NOWAIT; idle in transaction; transaction_timeout. */
const TIMEOUT = new Set(['57014', '55P03', '25P03', '25P04']);
/** The server goes, comes, or has no room for another session. */
const AWAY = /^(08...|57P0[1-5]|53300|ECONN.*|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|closed)$/;

/**
 * What a driver threw as a coded fault; a DmitryError passes as it is. The context names SQLSTATE, constraint and table, never values.
 */
export function storageFault(error: unknown): DmitryError {
  if (isDmitryError(error)) return error;
  const fault = driverFault(error);
  const context = { sqlstate: fault.code, constraint: fault.constraint, table: fault.table };
  const make = (code: string, message: string, retryable = false): DmitryError =>
    new DmitryError(code, message, { retryable, context, cause: error });
  if (CONTENTION.has(fault.code))
    return make('storage.contention', 'other transactions were in the way: run it again', true);
  if (TIMEOUT.has(fault.code))
    return make('storage.timeout', 'the statement took too long or waited too long for a lock: try again later', true);
  if (AWAY.test(fault.code)) return unavailable(error);
  if (fault.code === '42501')
    return make('storage.forbidden', `the role of this transaction may not do this: ${fault.message}`);
  if (fault.code.startsWith('23'))
    return make('storage.conflict', `the rows break a rule of the schema: ${fault.constraint ?? fault.code}`);
  return make(
    'storage.query_failed',
    `the database refused the statement (${fault.code || 'no SQLSTATE'}): ${fault.message}`,
  );
}

function driverFault(error: unknown): DriverFault {
  const source = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const text = (name: string): string | undefined => (typeof source[name] === 'string' ? source[name] : undefined);
  const message = text('message') ?? 'the driver threw something that is no error';
  // node-postgres has no code for a socket that ended under a query, nor for a pool that waited in vain
  const lost =
    /connection terminated|connection error|query read timeout|timeout exceeded when trying to connect|not queryable/i.test(
      message,
    );
  return {
    code: text('code') ?? (lost ? 'closed' : ''),
    constraint: text('constraint'),
    table: text('table'),
    message,
  };
}

export const unavailable = (cause: unknown): DmitryError =>
  new DmitryError('storage.unavailable', 'the database does not answer: try again later', { retryable: true, cause });

export const commitUnknown = (cause: unknown): DmitryError =>
  new DmitryError(
    'storage.commit_unknown',
    'the answer to the commit was lost: look whether the rows are there before writing again',
    { cause },
  );

export const transactionAborted = (): DmitryError =>
  new DmitryError(
    'storage.transaction_aborted',
    'nothing was committed: a statement had failed and its error was not passed on; let it reject the work',
  );

export const transactionClosed = (): DmitryError =>
  new DmitryError(
    'storage.transaction_closed',
    'this transaction has ended: await every query before the work resolves',
  );

export const tenantInvalid = (): DmitryError =>
  new DmitryError(
    'storage.tenant_invalid',
    'a tenant is named by 1 to 128 letters, digits, dots, dashes or underscores: correct the name',
  );

export const databaseClosed = (): DmitryError =>
  new DmitryError('storage.closed', 'the database has been closed by this process: open it again');
