import { isoTime } from '@dmitry/kit';
import { detectFormat, normalise } from '@dmitry/normalise';

/**
 * What PDRI's sensors would report of a record: its own events as they are, of others who touched what, from their OCSF form.
 * @returns the event for its ingest, or null for what cannot be read
 */
export function graphEventOf(
  record: unknown,
  { tenant, format = 'auto' }: { tenant: string; format?: string },
): unknown {
  if (detectFormat(record) === 'security-event') return record;
  const result = normalise(format, record, { tenant });
  if (!result.ok) return null;
  const { identity, event, entities } = result;
  return {
    event_id: identity.id,
    source_system_id: identity.source,
    timestamp: isoTime(identity.timeMs),
    ocsf: event,
    entities,
  };
}
