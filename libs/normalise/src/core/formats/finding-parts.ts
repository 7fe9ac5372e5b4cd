import { present } from '../event-parts.ts';

/** What adapters of findings share: versions of one finding, its state, techniques of ATT&CK. */

/**
 * The id of one version of a finding. Its tool publishes the same finding again with every change, under its id; each version is an
 * observation of its own, so the time of the change belongs to the id. Ids beyond what contracts allow keep their end, which differs.
 */
export const versionId = (uid: string, updatedMs: number): string =>
  `${uid}@${new Date(updatedMs).toISOString()}`.slice(-512);

/** OCSF activity_id of a finding's version: 1 Create, 2 Update, 3 Close. */
export const findingActivity = (state: {
  closed: boolean;
  createdMs: number | undefined;
  updatedMs: number;
}): number => (state.closed ? 3 : state.createdMs === undefined || state.createdMs === state.updatedMs ? 1 : 2);

/** OCSF `attacks` of technique ids and of their names at the same places, and of tactics, which no technique is tied to. */
export function attacksOf(
  ids: readonly string[] = [],
  names: readonly string[] = [],
  tactics: readonly object[] = [],
): readonly object[] | undefined {
  const length = Math.max(ids.length, names.length);
  const techniques = Array.from({ length }, (_, at) => ({ technique: present({ uid: ids[at], name: names[at] }) }));
  const all = [...techniques, ...tactics.map((tactic) => ({ tactic }))];
  return all.length > 0 ? all : undefined;
}
