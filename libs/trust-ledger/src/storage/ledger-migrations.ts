import { type Migration, roleSql, TENANT_ROLE } from '@dmitry/storage';

/** Removes entries that retention lets go, and can do nothing else. Transactions of a tenant switch to it; row-level security binds it. */
export const PRUNER_ROLE = 'dmitry_pruner';

const PRUNED_TABLES = [
  'ledger_entry',
  'ledger_payload',
  'ledger_segment',
  'ledger_session',
  'ledger_open_intent',
  'ledger_head',
];

const prunerPolicy = (table: string): string => `
CREATE POLICY dmitry_pruner_rows ON ${table} TO ${PRUNER_ROLE}
  USING (tenant = current_setting('app.tenant', true)) WITH CHECK (tenant = current_setting('app.tenant', true));
GRANT SELECT ON ${table} TO ${PRUNER_ROLE};`;

/** Tables of the ledger. Every one belongs to a tenant; work across tenants sees none of them. */
export const trustLedgerMigrations: readonly Migration[] = [
  {
    id: 'trust-ledger/0001-entries',
    sql: `
CREATE TABLE ledger_session (
  tenant text NOT NULL,
  id uuid NOT NULL,
  next_seq bigint NOT NULL,
  last_ms bigint NOT NULL,
  sealed boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 70);
CREATE INDEX ledger_session_open ON ledger_session (tenant, last_ms) WHERE NOT sealed;

CREATE TABLE ledger_entry (
  tenant text NOT NULL,
  serial bigint GENERATED ALWAYS AS IDENTITY, -- order of insertion; commits may come in another
  id uuid NOT NULL,
  type text NOT NULL,
  session uuid NOT NULL,
  seq bigint NOT NULL,
  time_ms bigint NOT NULL,
  leaf_hash bytea NOT NULL,
  body text NOT NULL, -- the leaf: RFC 8785, never written anew
  intent uuid,
  finding text,
  run text,
  event text,
  request text,
  effect text,
  PRIMARY KEY (tenant, serial),
  UNIQUE (tenant, id),
  UNIQUE (tenant, session, seq)
) WITH (toast_tuple_target = 8160);
ALTER TABLE ledger_entry ALTER body SET STORAGE EXTERNAL;
CREATE INDEX ledger_entry_finding ON ledger_entry (tenant, finding, serial) WHERE finding IS NOT NULL;
CREATE INDEX ledger_entry_run ON ledger_entry (tenant, run, serial) WHERE run IS NOT NULL;
CREATE INDEX ledger_entry_event ON ledger_entry (tenant, event, serial) WHERE event IS NOT NULL;
CREATE INDEX ledger_entry_request ON ledger_entry (tenant, request, serial) WHERE request IS NOT NULL;
CREATE INDEX ledger_entry_effect ON ledger_entry (tenant, effect, serial) WHERE effect IS NOT NULL;

CREATE TABLE ledger_payload (
  tenant text NOT NULL,
  digest text NOT NULL,
  ciphertext bytea NOT NULL,
  PRIMARY KEY (tenant, digest)
);
ALTER TABLE ledger_payload ALTER ciphertext SET STORAGE EXTERNAL;

-- Intents that wait for their outcome.
CREATE TABLE ledger_open_intent (
  tenant text NOT NULL,
  id uuid NOT NULL,
  time_ms bigint NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX ledger_open_intent_age ON ledger_open_intent (tenant, time_ms);

-- Entries that have no place in the tree yet.
CREATE TABLE ledger_pending (
  tenant text NOT NULL,
  serial bigint NOT NULL,
  since_ms bigint NOT NULL,
  PRIMARY KEY (tenant, serial)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);`,
    tenantTables: ['ledger_session', 'ledger_entry', 'ledger_payload', 'ledger_open_intent', 'ledger_pending'],
  },
  {
    id: 'trust-ledger/0002-log',
    sql: `
-- Which entries have the places first .. first + n - 1: one row for each round of the sequencer.
CREATE TABLE ledger_segment (
  tenant text NOT NULL,
  first bigint NOT NULL,
  n int NOT NULL,
  min_serial bigint NOT NULL,
  max_serial bigint NOT NULL,
  serials bigint[] NOT NULL,
  PRIMARY KEY (tenant, first)
);
CREATE INDEX ledger_segment_serial ON ledger_segment (tenant, max_serial);

CREATE TABLE ledger_head (
  tenant text PRIMARY KEY,
  fence bigint NOT NULL DEFAULT 0, -- of the sequencer that wrote last
  size bigint NOT NULL DEFAULT 0,
  root bytea NOT NULL,
  edge bytea NOT NULL, -- roots of the perfect subtrees at the right edge
  tiled_size bigint NOT NULL DEFAULT 0,
  signed_size bigint NOT NULL DEFAULT 0,
  note text
) WITH (fillfactor = 50);

CREATE TABLE ledger_tile (
  tenant text NOT NULL,
  level smallint NOT NULL,
  index bigint NOT NULL,
  hashes bytea NOT NULL, -- as wide as the tree is; narrower tiles are its beginnings
  PRIMARY KEY (tenant, level, index)
) WITH (fillfactor = 70);
ALTER TABLE ledger_tile ALTER hashes SET STORAGE EXTERNAL;

CREATE TABLE ledger_checkpoint (
  tenant text NOT NULL,
  size bigint NOT NULL,
  note text NOT NULL,
  PRIMARY KEY (tenant, size)
);`,
    tenantTables: ['ledger_segment', 'ledger_head', 'ledger_tile', 'ledger_checkpoint'],
  },
  {
    // The role of the product can add to what happened and never change it.
    id: 'trust-ledger/0003-append-only',
    sql: `
REVOKE UPDATE, DELETE ON ledger_entry, ledger_segment FROM ${TENANT_ROLE};
REVOKE UPDATE ON ledger_payload, ledger_pending, ledger_open_intent, ledger_checkpoint FROM ${TENANT_ROLE};
REVOKE DELETE ON ledger_head, ledger_tile, ledger_session FROM ${TENANT_ROLE};`,
  },
  {
    id: 'trust-ledger/0004-retention',
    sql: `
ALTER TABLE ledger_head ADD COLUMN minimum_index bigint NOT NULL DEFAULT 0; -- entries below may be gone
${roleSql(PRUNER_ROLE)}
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${PRUNER_ROLE}', current_schema()); END $$;
${PRUNED_TABLES.map(prunerPolicy).join('\n')}
GRANT DELETE ON ledger_entry, ledger_payload TO ${PRUNER_ROLE};
GRANT UPDATE (minimum_index) ON ledger_head TO ${PRUNER_ROLE};`,
  },
  {
    id: 'trust-ledger/0005-subjects',
    sql: 'ALTER TABLE ledger_entry ADD COLUMN subjects text; -- what an entry is about, a JSON array',
  },
];
