import type { OcsfEvent } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';

/** An event as it is kept: identity in the clear, the record and its OCSF form sealed under the tenant's key. */
export interface KeptEvent {
  readonly source: string;
  readonly id: string;
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly digest: string;
  readonly format: string;
  readonly event: OcsfEvent;
  readonly record: unknown;
}

/** One page. What comes before is named and not numbered: the numbers run over all tenants. */
export interface EventQuery {
  readonly before?: Pick<KeptEvent, 'source' | 'id'>;
  readonly limit: number;
}

/** Events of the transaction's tenant. */
export interface EventStore {
  put(tx: Tx, events: readonly KeptEvent[]): Promise<void>;
  /** Null where there is none, or where its key was erased. */
  get(tx: Tx, source: string, id: string): Promise<KeptEvent | null>;
  /** Newest first, after the event that `before` names; nothing when the tenant has no such event. */
  list(tx: Tx, query: EventQuery): Promise<readonly KeptEvent[]>;
  /** In the order of acceptance, after a serial; `event` is null where its key was erased. */
  inOrder(
    tx: Tx,
    query: { readonly after: number; readonly limit: number },
  ): Promise<readonly { readonly serial: number; readonly event: KeptEvent | null }[]>;
}
export const EventStore = Symbol('EventStore');
