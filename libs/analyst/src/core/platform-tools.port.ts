import type { CallContext } from '@dmitry/outbound';

/** Filters of a query: these members and no others get here. */
export interface ReadFilters {
  readonly risk_level?: string;
  readonly entity_type?: string;
  readonly entity_id?: string;
  readonly source?: string;
  readonly finding_type?: string;
}

/** A read that the analyst may make (domain.md 2.1). */
export type PlatformRead =
  | { readonly tool: 'platform_get_risk_findings'; readonly filters: ReadFilters }
  | { readonly tool: 'platform_get_finding_details'; readonly findingId: string }
  | { readonly tool: 'platform_search_entities'; readonly query: string; readonly filters: ReadFilters }
  | { readonly tool: 'platform_propose_actions'; readonly findingId: string };

/** What a read brought. `entry` is the ledger entry of its outcome: what a citation names; '' when the call was never made. */
export type ToolReading =
  | {
      readonly kind: 'read';
      readonly data: unknown;
      readonly entry: string;
      /** `stale`: an older answer, because the source does not answer now. `partial`: the source left something out. */
      readonly freshness: 'fresh' | 'stale' | 'partial';
      readonly ageMs?: number;
      readonly note?: string;
    }
  | { readonly kind: 'unavailable'; readonly code: string; readonly entry: string };

/**
 * The Platform as the analyst's tools see it: reads only, each recorded. Executing is not here, so that no answer of a model can reach it.
 * A source that does not answer is a value; a read rejects only when the ledger cannot record, and then nothing may be used.
 */
export interface PlatformTools {
  read(call: PlatformRead, context: CallContext): Promise<ToolReading>;
}
export const PlatformTools = Symbol('PlatformTools');
