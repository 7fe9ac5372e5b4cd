import type { TrackedRecord } from '../tracked-record.ts';

export type Path = readonly (string | number)[];

/** A path of GuardDuty's own names as the record spells them: events and exports in camelCase, AWS's command line in PascalCase. */
export type Spelling = (...path: Path) => Path;

export function spellingOf(source: TrackedRecord): Spelling {
  if (source.peek('SchemaVersion') === undefined) return (...path) => path;
  return (...path) =>
    path.map((step) => (typeof step === 'string' ? step.charAt(0).toUpperCase() + step.slice(1) : step));
}
