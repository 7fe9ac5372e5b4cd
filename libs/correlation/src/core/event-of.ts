import { digestOf, type OcsfEvent } from '@dmitry/contracts';
import { type CorrelationEvent, logSourceOf, type RoledEntity } from './fold-event.ts';

/** What a normaliser makes of a record, as far as rules look at it. */
export interface NormalisedRecord {
  readonly format: string;
  readonly event: OcsfEvent;
  readonly identity: { readonly source: string; readonly id: string; readonly timeMs: number };
  readonly entities: readonly RoledEntity[];
}

/** A normalised record and the original it was made of, as one event of the fold. */
export function correlationEvent(normalised: NormalisedRecord, record: unknown, index?: number): CorrelationEvent {
  const { identity, event, entities, format } = normalised;
  return {
    source: identity.source,
    id: identity.id,
    timeMs: identity.timeMs,
    record,
    event,
    entities,
    logsource: logSourceOf(format),
    digest: digestOf(event),
    ...(index === undefined ? {} : { index }),
  };
}
