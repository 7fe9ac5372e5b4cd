import { BLAST_RADII, type CatalogueEntry, IMPACTS, type SchemaFault } from '@dmitry/contracts';
import { CATALOGUE } from './catalogue.ts';
import type { GatePolicy } from './gate-policy.schema.ts';

/** Where a policy asks for less than the catalogue does: a tenant may tighten, never loosen. Empty when it holds the floor. */
export function loosenedBy(policy: GatePolicy): SchemaFault[] {
  return CATALOGUE.flatMap((floor) => {
    const at = policy.catalogue.findIndex((entry) => entry.action_type === floor.action_type);
    const entry = policy.catalogue[at];
    return entry ? looser(floor, entry).map((member) => fault(at, floor, member)) : []; // a type left out is denied: tighter
  });
}

function looser(floor: CatalogueEntry, entry: CatalogueEntry): (keyof CatalogueEntry)[] {
  const members: (keyof CatalogueEntry)[] = [];
  if (entry.min_evidence < floor.min_evidence) members.push('min_evidence');
  if (entry.min_confidence < floor.min_confidence) members.push('min_confidence');
  if (floor.approval_required && !entry.approval_required) members.push('approval_required');
  if (!floor.auto_execute && entry.auto_execute) members.push('auto_execute');
  if (IMPACTS.indexOf(entry.impact) < IMPACTS.indexOf(floor.impact)) members.push('impact');
  if (BLAST_RADII.indexOf(entry.blast_radius) < BLAST_RADII.indexOf(floor.blast_radius)) members.push('blast_radius');
  return members;
}

const fault = (at: number, floor: CatalogueEntry, member: keyof CatalogueEntry): SchemaFault => ({
  pointer: `/catalogue/${at}/${member}`,
  message: `${floor.action_type} demands at least ${member} ${String(floor[member])}`,
});
