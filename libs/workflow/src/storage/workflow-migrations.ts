import { type Migration, TENANT_ROLE } from '@dmitry/storage';

/** Tables of the library. Times are milliseconds since the epoch by the application's clock, so that a replay owns them. */
export const workflowMigrations: readonly Migration[] = [
  {
    id: 'workflow/0001-jobs',
    sql: `
CREATE TABLE job (
  tenant text NOT NULL,
  kind text NOT NULL,
  key text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  due_ms bigint NOT NULL,
  again_ms bigint,                     -- scheduled once more while it is worked on
  fence bigint NOT NULL DEFAULT 0,
  held_until_ms bigint,
  attempt integer NOT NULL DEFAULT 0,
  last_error text,
  PRIMARY KEY (tenant, kind, key)
);
CREATE INDEX job_by_due ON job (tenant, due_ms, seq);
-- Fences never repeat, also when a job ends and another of its name begins.
CREATE SEQUENCE job_fence;
GRANT USAGE ON SEQUENCE job_fence TO ${TENANT_ROLE};
-- When to look at a tenant's jobs: all that work across tenants may see. Rows are inserted and deleted, never updated, so that
-- transactions of one tenant do not wait for each other.
CREATE TABLE job_wake (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  due_ms bigint NOT NULL
);
CREATE INDEX job_wake_by_due ON job_wake (due_ms, id);`,
    tenantTables: ['job', 'job_wake'],
    workerTables: ['job_wake'],
  },
  {
    id: 'workflow/0002-runs',
    sql: `
CREATE TABLE run (
  tenant text NOT NULL,
  id text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  finding_id text,
  action text NOT NULL,                -- JSON as text: jsonb refuses U+0000, which other systems may send
  action_digest text NOT NULL,
  attempt integer NOT NULL,
  decision_id text NOT NULL,
  status text NOT NULL,
  created_ms bigint NOT NULL,
  updated_ms bigint NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX run_by_seq ON run (tenant, seq);
CREATE INDEX run_by_finding ON run (tenant, finding_id, seq);
CREATE TABLE effect (
  tenant text NOT NULL,
  effect_key text NOT NULL,
  run_id text NOT NULL,
  step text NOT NULL,
  decision_id text NOT NULL,
  state text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  dispatched_ms bigint,
  heard_ms bigint,
  intent_entry text,
  outcome_entry text,
  reason text,
  result text,                         -- JSON
  PRIMARY KEY (tenant, effect_key),
  UNIQUE (tenant, decision_id),        -- an ALLOW is used once
  FOREIGN KEY (tenant, run_id) REFERENCES run (tenant, id)
);
CREATE UNIQUE INDEX effect_by_run ON effect (tenant, run_id, step);
CREATE INDEX effect_by_state ON effect (tenant, state);`,
    tenantTables: ['run', 'effect'],
  },
  {
    id: 'workflow/0003-one-open-run',
    // The statuses of `isOpen`: what may still happen, or may have happened, is not begun a second time.
    sql: `
CREATE UNIQUE INDEX run_open ON run (tenant, COALESCE(finding_id, ''), action_digest)
 WHERE status IN ('waiting', 'running', 'unknown', 'escalated');`,
    tenantTables: [],
  },
];
