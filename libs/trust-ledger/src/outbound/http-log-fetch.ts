import type { OutboundClient } from '@dmitry/outbound';
import { ledgerFault, type LogFetch } from '../core/index.ts';

/** Largest resource of a log: a bundle of 256 entries of 64 KiB with their lengths. Give it to the client as its limit. */
export const MAX_LOG_RESOURCE_BYTES = 256 * (0xffff + 2);

/** What an object store says of something that is not there to somebody who may not list it. */
const ABSENT: ReadonlySet<number> = new Set([403, 404, 410]);

/**
 * Resources of a log under the client's base URL, its monitoring prefix (C2SP tlog-tiles). Reading a log concerns no tenant of ours.
 * Rejects with `ledger.log_unavailable` (retryable) when the server does not answer or refuses the checkpoint.
 */
export function createHttpLogFetch(client: OutboundClient, signal?: AbortSignal): LogFetch {
  return async (path) => {
    const request = { method: 'GET', path: `/${path}`, operation: 'log.get', kind: 'read', expect: 'bytes' } as const;
    const result = await client.operate(request, signal ? { signal } : {});
    if (result.kind === 'ok') return result.body === null ? new Uint8Array() : (result.body as Uint8Array);
    const absent = result.kind === 'refused' && ABSENT.has(result.status);
    if (absent && !(path === 'checkpoint' && result.status === 403)) return null;
    const why = result.kind === 'refused' ? `it answers ${result.status}` : `no answer (${result.reason})`;
    throw ledgerFault('ledger.log_unavailable', `the log cannot be read at ${path}: ${why}`, { retryable: true });
  };
}
