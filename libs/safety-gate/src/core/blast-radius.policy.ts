import { BLAST_RADII, type BlastRadius, type CatalogueEntry, type Decision } from '@dmitry/contracts';
import type { GatePolicy } from './gate-policy.schema.ts';

/** Class and number of entities an action reaches, and whether that is more than the catalogue expects of it. */
export interface Reach {
  readonly blastRadius: Decision['blast_radius'];
  readonly wider: boolean;
}

/** @param measured entities reached according to the risk graph; null where nothing measured it: the policy's assumption counts */
export function reachOf(entry: CatalogueEntry, measured: number | null, policy: GatePolicy): Reach {
  const entities = measured ?? policy.blast_radius.assumed_entities[entry.blast_radius];
  const expected = BLAST_RADII.indexOf(entry.blast_radius);
  const reached = measured === null ? expected : Math.max(expected, BLAST_RADII.indexOf(classOf(measured, policy)));
  return { blastRadius: { class: BLAST_RADII[reached] as BlastRadius, entities }, wider: reached > expected };
}

function classOf(entities: number, policy: GatePolicy): BlastRadius {
  if (entities >= policy.blast_radius.org_wide_from) return 'org_wide';
  return entities >= policy.blast_radius.segment_from ? 'segment' : 'entity_only';
}
