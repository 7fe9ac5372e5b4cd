import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, '..', '..', '..', 'examples', 'incident', 'security-events.ndjson');

/** Events of the example incident, as PDRI's sensors report them. */
export const incidentEvents = (): readonly Readonly<Record<string, unknown>>[] =>
  readFileSync(FILE, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

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
