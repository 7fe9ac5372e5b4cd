import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A file of the example incident. */
export const exampleFile = (name: 'security-events.ndjson' | 'cloudtrail.ndjson'): string =>
  join(import.meta.dirname, '..', '..', '..', 'examples', 'incident', name);

/** Records of an NDJSON file, plain or gzipped. */
export function recordsIn(file: string): readonly Readonly<Record<string, unknown>>[] {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Events of the example incident, as PDRI's sensors report them. */
export const incidentEvents = (): ReturnType<typeof recordsIn> => recordsIn(exampleFile('security-events.ndjson'));

/** One well-formed event. */
export const securityEvent = (id: string, more: object = {}): Readonly<Record<string, unknown>> => ({
  event_id: id,
  event_type: 'SYSTEM_ACCESS',
  timestamp: '2026-05-04T13:01:10Z',
  source_system_id: 'idp-gateway',
  identity_id: 'identity:r.okafor',
  target_entity_id: 'service:wiki',
  exposure_direction: 'internal_to_internal',
  ...more,
});
