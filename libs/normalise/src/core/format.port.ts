import type { EntityRef, OcsfEvent } from '@dmitry/contracts';
import type { NormaliseFault } from './normalise.errors.ts';
import type { TrackedRecord } from './tracked-record.ts';

/** What is known of a record from outside it. */
export interface NormaliseContext {
  /** From configuration (topic, principal, account), never from the record: a tenant that the record names may only agree. */
  readonly tenant: string;
  /** Names the source where the record does not. */
  readonly source?: string;
  /** When the record was received, ms: used only where a format makes its time optional. */
  readonly receivedMs?: number;
}

/** `(tenant, source, id)` identifies an event; `timeMs` is its own time, never the time of arrival. */
export interface EventIdentity {
  readonly source: string;
  readonly id: string;
  readonly timeMs: number;
}

/** `actor` did it, `target` it was done to, `origin` is where it came from (an address), `reporter` is the system that saw it. */
export type EntityRole = 'actor' | 'target' | 'origin' | 'reporter';
export interface EventEntity extends EntityRef {
  readonly role: EntityRole;
}

/**
 * Where each leaf of the record went, as RFC 6901 pointers into the record; every leaf is in exactly one list. A leaf is a scalar, null
 * or an empty container. `unmapped` leaves stand in `event.unmapped` at the same pointer (of an enveloped record: at the
 * pointer below `/data`).
 */
export interface LossAccount {
  readonly kept: readonly string[];
  readonly unmapped: readonly string[];
  readonly dropped: readonly string[];
}

export interface NormalisedEvent {
  readonly ok: true;
  readonly format: string;
  readonly event: OcsfEvent;
  /** The whole record, envelope included, as JSON that every store and digest can carry: what `account.dropped` lists is not in it. */
  readonly record: unknown;
  readonly identity: EventIdentity;
  readonly entities: readonly EventEntity[];
  readonly account: LossAccount;
}
export interface RefusedRecord {
  readonly ok: false;
  readonly faults: readonly NormaliseFault[];
}
export type NormaliseResult = NormalisedEvent | RefusedRecord;

/** What an adapter makes of one record. Members it takes from the source are accounted by the source itself. */
export interface MappedEvent {
  readonly event: OcsfEvent;
  readonly identity: EventIdentity;
  readonly entities: readonly EventEntity[];
}

/** What an adapter answers: the event, or why the record is none. */
export type Mapping = MappedEvent | { readonly faults: readonly NormaliseFault[] };

/** One format. Pure; must not throw whatever the record; takes members through `source`, so that the account is complete. */
export interface FormatAdapter {
  readonly name: string;
  /** Whether a record is surely of this format, by members that no other format has. */
  recognises(source: TrackedRecord): boolean;
  map(source: TrackedRecord, context: NormaliseContext): Mapping;
}
