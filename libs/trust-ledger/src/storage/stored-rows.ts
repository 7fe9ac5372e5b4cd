import type { LedgerEntry } from '@dmitry/contracts';
import type { Row } from '@dmitry/storage';
import type { StoredEntry } from '../core/index.ts';

export const LOOKUP_COLUMNS = ['finding', 'run', 'event', 'request', 'effect'] as const;

/** Place of an entry `e`: in the one segment that lists its serial. Segments overlap only where transactions committed late. */
const PLACE = `(SELECT s.first + array_position(s.serials, e.serial) - 1 FROM ledger_segment s
  WHERE s.tenant = e.tenant AND s.max_serial >= e.serial AND s.min_serial <= e.serial AND e.serial = ANY(s.serials)
  ORDER BY s.max_serial LIMIT 1)`;

/** What `storedEntry` reads. */
export const ENTRY_COLUMNS = `e.body, ${LOOKUP_COLUMNS.map((name) => `e.${name}`).join(', ')}, e.subjects, ${PLACE} AS place`;

export type EntryRow = Row & {
  readonly body: string;
  readonly place: string | null;
  /** JSON array. */
  readonly subjects: string | null;
} & Readonly<Record<(typeof LOOKUP_COLUMNS)[number], string | null>>;

export function storedEntry(row: EntryRow): StoredEntry {
  const lookups = LOOKUP_COLUMNS.flatMap((name) => (row[name] === null ? [] : [[name, row[name]] as const]));
  return {
    // These bytes were an entry when they were appended, and whoever doubts it runs fsck.
    entry: JSON.parse(row.body) as LedgerEntry,
    index: row.place === null ? null : Number(row.place),
    lookups: {
      ...Object.fromEntries(lookups),
      ...(row.subjects === null ? {} : { subjects: JSON.parse(row.subjects) as string[] }),
    },
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether an id could be one: callers bring anything, and PostgreSQL refuses the whole statement for what is no uuid. */
export const isId = (text: string): boolean => UUID.test(text);
