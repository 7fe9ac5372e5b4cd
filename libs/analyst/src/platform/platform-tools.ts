import { isDmitryError } from '@dmitry/kit';
import type { CallContext } from '@dmitry/outbound';
import type { PlatformClient, ReadResult } from '@dmitry/platform-client';
import type { PlatformRead, PlatformTools, ToolReading } from '../core/index.ts';

/** The Platform's reads as the analyst's tools. Of the client, nothing that has an effect is within reach here. */
export function createPlatformTools(
  client: Pick<PlatformClient, 'findings' | 'finding' | 'searchEntities' | 'actionsFor'>,
): PlatformTools {
  const ask = (call: PlatformRead, context: CallContext): Promise<ReadResult<unknown>> => {
    switch (call.tool) {
      case 'platform_get_risk_findings':
        return client.findings(context, call.filters);
      case 'platform_get_finding_details':
        return client.finding(context, call.findingId);
      case 'platform_search_entities':
        return client.searchEntities(context, call.query, call.filters);
      case 'platform_propose_actions':
        return client.actionsFor(context, call.findingId);
    }
  };
  return {
    async read(call, context) {
      try {
        return readingOf(await ask(call, context));
      } catch (error) {
        // The model wrote the id: one that cannot be one is its mistake, and nothing was called.
        if (isDmitryError(error, 'platform.request_invalid'))
          return { kind: 'unavailable', code: error.code, entry: '' };
        throw error;
      }
    },
  };
}

function readingOf(result: ReadResult<unknown>): ToolReading {
  switch (result.kind) {
    case 'unavailable':
      return result;
    case 'fresh':
      return { kind: 'read', freshness: 'fresh', data: result.value, entry: result.entry };
    case 'stale':
      return { kind: 'read', freshness: 'stale', data: result.value, entry: result.entry, ageMs: result.ageMs };
    case 'partial':
      return { kind: 'read', freshness: 'partial', data: result.value, entry: result.entry, note: result.reason };
  }
}
