import type { Migration } from './migration.ts';

/** Tables of the library itself; every opener applies them before those it is given. */
export const storageMigrations: readonly Migration[] = [
  {
    id: 'storage/0001-work',
    sql: `
CREATE TABLE work (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  kind text NOT NULL,
  signalled_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX work_by_kind ON work (kind, id);`,
    tenantTables: ['work'],
    workerTables: ['work'],
  },
  {
    id: 'storage/0002-leases',
    sql: `
CREATE TABLE lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  fence bigint NOT NULL,
  expires_at timestamptz NOT NULL
);`,
    workerTables: ['lease'],
  },
  {
    id: 'storage/0003-data-keys',
    sql: `
CREATE TABLE data_key (
  tenant text NOT NULL,
  id text NOT NULL,
  subject text NOT NULL, -- keyed hash of the subject, or empty for the tenant itself
  wrapped bytea NOT NULL, -- the key, sealed under the master key
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, subject)
);`,
    tenantTables: ['data_key'],
  },
];
