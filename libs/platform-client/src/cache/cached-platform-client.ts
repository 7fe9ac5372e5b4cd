import type { Cache } from '@dmitry/cache';
import type { PlatformClient } from '../core/index.ts';
import { type CachedReadPolicy, CachedReads, FINDINGS_TAG } from './cached-read.ts';

/** The Platform with its findings and searches cached. Effects, probes, the effect log and its health never are. */
export function cachedPlatformClient(client: PlatformClient, cache: Cache, policy?: CachedReadPolicy): PlatformClient {
  const reads = new CachedReads(cache, policy);
  const tags = [FINDINGS_TAG];
  return {
    findings: (context, filters = {}) =>
      reads.read(context, {
        operation: 'platform.findings',
        id: { ...filters },
        tags,
        call: () => client.findings(context, filters),
      }),
    finding: (context, id) =>
      reads.read(context, { operation: 'platform.finding', id, tags, call: () => client.finding(context, id) }),
    searchEntities: (context, query, filters = {}) =>
      reads.read(context, {
        operation: 'platform.search',
        id: [query, { ...filters }],
        tags,
        call: () => client.searchEntities(context, query, filters),
      }),
    actionsFor: (context, id) =>
      reads.read(context, { operation: 'platform.actions', id, tags, call: () => client.actionsFor(context, id) }),
    execute: (context, effectKey, request, options) => client.execute(context, effectKey, request, options),
    probe: (context, effectKey) => client.probe(context, effectKey),
    undo: (context, effectKey, request, options) => client.undo(context, effectKey, request, options),
    effectLog: (context, since) => client.effectLog(context, since),
    executeUnkeyed: (context, actionId, params, options) => client.executeUnkeyed(context, actionId, params, options),
    health: (signal) => client.health(signal),
  };
}
