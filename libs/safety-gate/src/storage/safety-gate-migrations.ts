import type { Migration } from '@dmitry/storage';

/**
 * Tables of the gate. Documents that digests are taken of are text, not jsonb: what comes back is what went in, digit for digit.
 * `gate_halt` is the one table whose rows meet other tenants: the operator's row counts for all, so everybody may read it and lock it
 * FOR SHARE, which PostgreSQL grants only with a right to update. Nobody but its tenant can change a row: the check refuses the new
 * row, and the column `tenant` cannot be updated at all, so that a row cannot change hands either.
 */
export const safetyGateMigrations: readonly Migration[] = [
  {
    id: 'safety-gate/0001-halt',
    sql: `
CREATE TABLE gate_halt (
  tenant text PRIMARY KEY,
  halted boolean NOT NULL DEFAULT false,
  reason text,
  entry_id text,
  since_ms bigint
);
INSERT INTO gate_halt (tenant) VALUES ('_operator');
ALTER TABLE gate_halt ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate_halt FORCE ROW LEVEL SECURITY;
CREATE POLICY gate_halt_read ON gate_halt FOR SELECT TO dmitry_tenant
  USING (tenant IN (current_setting('app.tenant', true), '_operator'));
CREATE POLICY gate_halt_insert ON gate_halt FOR INSERT TO dmitry_tenant
  WITH CHECK (tenant = current_setting('app.tenant', true));
CREATE POLICY gate_halt_lock ON gate_halt FOR UPDATE TO dmitry_tenant
  USING (tenant IN (current_setting('app.tenant', true), '_operator'))
  WITH CHECK (tenant = current_setting('app.tenant', true));
GRANT SELECT, INSERT, UPDATE (halted, reason, entry_id, since_ms) ON gate_halt TO dmitry_tenant;`,
  },
  {
    id: 'safety-gate/0002-policy',
    sql: `
CREATE TABLE gate_policy (
  tenant text NOT NULL,
  version text NOT NULL,
  digest text NOT NULL,
  body text NOT NULL,
  entry_id text NOT NULL,
  activated_ms bigint NOT NULL,
  active boolean NOT NULL,
  PRIMARY KEY (tenant, version)
);
CREATE UNIQUE INDEX gate_policy_active ON gate_policy (tenant) WHERE active;`,
    tenantTables: ['gate_policy'],
  },
  {
    id: 'safety-gate/0003-decision',
    sql: `
CREATE TABLE gate_decision (
  tenant text NOT NULL,
  id text NOT NULL, -- the ledger entry
  verdict text NOT NULL,
  action_digest text NOT NULL,
  finding_id text,
  policy_version text NOT NULL,
  policy_digest text NOT NULL,
  approvals text NOT NULL, -- JSON array of approval ids that the ALLOW stands on
  body text NOT NULL,
  decided_ms bigint NOT NULL,
  expires_ms bigint,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX gate_decision_finding ON gate_decision (tenant, finding_id);
CREATE TABLE gate_use (
  tenant text NOT NULL,
  decision_id text NOT NULL,
  effect_key text NOT NULL,
  used_ms bigint NOT NULL,
  PRIMARY KEY (tenant, decision_id),
  UNIQUE (tenant, effect_key)
);
CREATE TABLE gate_budget (
  tenant text NOT NULL,
  impact text NOT NULL,
  PRIMARY KEY (tenant, impact)
);
CREATE TABLE gate_reservation (
  tenant text NOT NULL,
  decision_id text NOT NULL,
  impact text NOT NULL,
  entities bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('reserved', 'dispatched', 'spent', 'released')),
  created_ms bigint NOT NULL,
  expires_ms bigint NOT NULL,
  PRIMARY KEY (tenant, decision_id)
);
CREATE INDEX gate_reservation_window ON gate_reservation (tenant, impact, created_ms);`,
    tenantTables: ['gate_decision', 'gate_use', 'gate_budget', 'gate_reservation'],
  },
  {
    id: 'safety-gate/0004-approval',
    sql: `
CREATE TABLE gate_approval (
  tenant text NOT NULL,
  id text NOT NULL,
  action text NOT NULL,
  action_digest text NOT NULL,
  decision_id text NOT NULL,
  finding_id text,
  status text NOT NULL,
  requested_by text NOT NULL,
  requesters text NOT NULL, -- JSON array: everyone who asked for this action while it waited
  request text NOT NULL, -- what to judge again
  requested_ms bigint NOT NULL,
  expires_ms bigint NOT NULL,
  policy_version text NOT NULL,
  nonce text NOT NULL,
  quorum integer NOT NULL,
  assurance text NOT NULL,
  used_by text,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX gate_approval_pending ON gate_approval (tenant, action_digest) WHERE status = 'pending';
CREATE INDEX gate_approval_open ON gate_approval (tenant, status, expires_ms);
CREATE TABLE gate_vote (
  tenant text NOT NULL,
  approval_id text NOT NULL,
  approver text NOT NULL,
  approved boolean NOT NULL,
  assurance text NOT NULL,
  at_ms bigint NOT NULL,
  entry_id text NOT NULL,
  signature text,
  PRIMARY KEY (tenant, approval_id, approver)
);
CREATE TABLE gate_approver_key (
  tenant text NOT NULL,
  approver text NOT NULL,
  public_key text NOT NULL,
  registered_ms bigint NOT NULL,
  PRIMARY KEY (tenant, approver)
);`,
    tenantTables: ['gate_approval', 'gate_vote', 'gate_approver_key'],
  },
];
