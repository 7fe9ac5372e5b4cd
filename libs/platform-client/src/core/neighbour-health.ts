import type { HealthIndicator } from '@dmitry/health';

/** What a neighbour's health endpoint says. */
export type NeighbourState =
  | { readonly reachable: true; readonly status: string; readonly version?: string }
  | { readonly reachable: false; readonly code: string };

/** Anything with a health probe. It concerns no tenant: counted, not recorded. */
export interface Probeable {
  health(signal?: AbortSignal): Promise<NeighbourState>;
}

const DOWN: ReadonlySet<string> = new Set(['unhealthy', 'down', 'error', 'unavailable']);

/** Shows a neighbour's trouble in health answers; a neighbour never takes a replica out of service. */
export const neighbourIndicator = (name: string, neighbour: Probeable): HealthIndicator => ({
  name,
  kind: 'neighbour',
  async check(signal) {
    const state = await neighbour.health(signal);
    if (!state.reachable) return { up: false, detail: `no answer (${state.code})` };
    return DOWN.has(state.status.toLowerCase()) ? { up: false, detail: `says ${state.status}` } : { up: true };
  },
});
