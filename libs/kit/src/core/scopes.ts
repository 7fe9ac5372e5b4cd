import { AsyncLocalStorage } from 'node:async_hooks';
import { DmitryError } from './dmitry-error.ts';

/** What belongs to one request or one job attempt, from the edge to the ledger entry. */
export interface RequestScope {
  readonly requestId: string;
  /** W3C trace context of the caller, or our own. */
  readonly traceparent?: string;
  readonly tenant?: string;
}

const requests = new AsyncLocalStorage<RequestScope>();
const transactions = new AsyncLocalStorage<{ open: boolean }>();

/** Runs `work` inside a request scope. */
export const runInRequest = <T>(scope: RequestScope, work: () => T): T => requests.run(scope, work);

/** The scope of the request or job that is running, if any. */
export const currentRequest = (): RequestScope | undefined => requests.getStore();

/** Marks the async context of `work` as inside an open transaction, until it settles. For storage adapters. */
export async function runInTransaction<T>(work: () => Promise<T>): Promise<T> {
  const marker = { open: true };
  try {
    return await transactions.run(marker, work);
  } finally {
    marker.open = false; // what outlives the transaction in the same async context is outside again
  }
}

/** Whether the running code is inside an open transaction. */
export const inTransaction = (): boolean => transactions.getStore()?.open === true;

/**
 * No outward call while a transaction is open (DESIGN.md 5): a slow neighbour would hold our rows locked.
 * @throws DmitryError `storage.transaction_open`
 */
export function assertNoOpenTransaction(what: string): void {
  if (!inTransaction()) return;
  throw new DmitryError('storage.transaction_open', `${what} inside an open transaction: commit first, then call`, {
    severity: 'error',
  });
}
