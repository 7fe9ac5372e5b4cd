import type { Database, Migration } from '../core/index.ts';

/** Opens a database of its own with the schema of `migrations`; the suite closes it. */
export type OpenDatabase = (migrations: readonly Migration[]) => Promise<Database>;

/** The tables that the suite works on. */
export const contractMigrations: readonly Migration[] = [
  {
    id: 'contract/0001-note',
    sql: `
CREATE TABLE note (tenant text NOT NULL, id text NOT NULL, body text, amount int NOT NULL DEFAULT 0, PRIMARY KEY (tenant, id));
CREATE TABLE note_line (
  tenant text NOT NULL, note text NOT NULL, line bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (tenant, note, line), FOREIGN KEY (tenant, note) REFERENCES note (tenant, id));`,
    tenantTables: ['note', 'note_line'],
  },
  {
    id: 'contract/0002-tick',
    sql: 'CREATE TABLE tick (name text PRIMARY KEY, count int NOT NULL DEFAULT 0);',
    workerTables: ['tick'],
  },
];
