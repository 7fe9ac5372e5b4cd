import type { Cache } from '@dmitry/cache';
import type { PdriClient } from '../core/index.ts';
import { type CachedReadPolicy, CachedReads, entityTag, FINDINGS_TAG } from './cached-read.ts';

/** PDRI with its reads cached. Feeding it and its health are not. */
export function cachedPdriClient(client: PdriClient, cache: Cache, policy?: CachedReadPolicy): PdriClient {
  const reads = new CachedReads(cache, policy);
  return {
    entityRisk: (context, id) =>
      reads.read(context, {
        operation: 'pdri.entity_risk',
        id,
        tags: [entityTag(id)],
        call: () => client.entityRisk(context, id),
      }),
    exposurePaths: (context, id, { timeoutMs, ...budget } = {}) =>
      reads.read(context, {
        operation: 'pdri.exposure_paths',
        id: [id, budget],
        tags: [entityTag(id)],
        call: () => client.exposurePaths(context, id, timeoutMs === undefined ? budget : { ...budget, timeoutMs }),
      }),
    blastRadius: (context, id) =>
      reads.read(context, {
        operation: 'pdri.blast_radius',
        id,
        tags: [entityTag(id)],
        call: () => client.blastRadius(context, id),
      }),
    subgraph: (context, id, { timeoutMs, ...budget } = {}) =>
      reads.read(context, {
        operation: 'pdri.subgraph',
        id: [id, budget],
        tags: [entityTag(id)],
        call: () => client.subgraph(context, id, timeoutMs === undefined ? budget : { ...budget, timeoutMs }),
      }),
    findings: (context, filters = {}) =>
      reads.read(context, {
        operation: 'pdri.findings',
        id: { ...filters },
        tags: [FINDINGS_TAG],
        call: () => client.findings(context, filters),
      }),
    finding: (context, id) =>
      reads.read(context, {
        operation: 'pdri.finding',
        id,
        tags: [FINDINGS_TAG],
        call: () => client.finding(context, id),
      }),
    ingest: (context, event) => client.ingest(context, event),
    ingestBatch: (context, events) => client.ingestBatch(context, events),
    health: (signal) => client.health(signal),
  };
}
