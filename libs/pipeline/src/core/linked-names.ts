import { type EntityRef, entityKey } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import type { FindingStore } from './finding-store.port.ts';

/**
 * Names that stand for the target in the eyes of the gate: the finding's own and those of the other entities in it. None where the finding
 * has nothing to do with the target, or is not there.
 */
export async function linkedNames(
  findings: Pick<FindingStore, 'get'>,
  tx: Tx,
  finding: string | null,
  target: EntityRef,
): Promise<readonly string[]> {
  const found = finding === null ? null : await findings.get(tx, finding);
  if (!found?.entities.some((entity) => entityKey(entity) === entityKey(target))) return [];
  return [found.id, ...found.entities.map(({ id }) => id)];
}
