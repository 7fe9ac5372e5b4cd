import type { TransactionOptions } from './database.port.ts';
import { tenantInvalid } from './storage.errors.ts';

/** Roles that every transaction switches to. Neither logs in, owns a table, or bypasses row-level security. */
export const TENANT_ROLE = 'dmitry_tenant';
export const WORKER_ROLE = 'dmitry_worker';

/** Whose rows a transaction may see: one tenant's, or (null) the tables of the worker role. */
export type TransactionTenant = string | null;

// As contracts' TenantId, and the operator's own log `_operator`.
const TENANT = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * The statements that open a transaction under its role. The tenant is written into the text, so that one message does it all:
 * the pattern leaves no character that could end the literal.
 * @throws DmitryError `storage.tenant_invalid`
 */
export function beginSql(tenant: TransactionTenant, options: TransactionOptions = {}): string {
  if (tenant !== null && !TENANT.test(tenant)) throw tenantInvalid();
  const isolation = (options.isolation ?? 'read committed').toUpperCase();
  const begin = `BEGIN ISOLATION LEVEL ${isolation}${options.readOnly ? ' READ ONLY' : ''}`;
  if (tenant === null) return `${begin}; SET LOCAL ROLE ${WORKER_ROLE}; SET LOCAL app.tenant = ''`;
  return `${begin}; SET LOCAL ROLE ${TENANT_ROLE}; SET LOCAL app.tenant = '${tenant}'`;
}

/**
 * Makes a role, unless it is there, and lets the connected user switch to it. Roles belong to the whole cluster: databases
 * that are prepared at the same moment race, and the loser finds the role made.
 */
export const roleSql = (role: string): string => `
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
    BEGIN
      CREATE ROLE ${role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  BEGIN
    SET LOCAL ROLE ${role};
    RESET ROLE;
  EXCEPTION WHEN insufficient_privilege THEN
    BEGIN
      EXECUTE format('GRANT ${role} TO %I', session_user);
    EXCEPTION WHEN unique_violation OR internal_error THEN NULL; -- another database granted it at the same moment
    END;
  END;
END $$;`;

export const rolesSql = [TENANT_ROLE, WORKER_ROLE].map(roleSql).join('\n');

const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;

function table(name: string): string {
  if (!IDENTIFIER.test(name)) throw new TypeError(`'${name}' is no table name: lower case, digits and underscores`);
  return `"${name}"`;
}

const rights = (name: string, role: string): string =>
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table(name)} TO ${role};`;

/** Forced row-level security for a table with a `tenant` column: a row is there only for the transactions of its tenant. */
export const protectTenantTable = (name: string): string => `
ALTER TABLE ${table(name)} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${table(name)} FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS dmitry_tenant_rows ON ${table(name)};
CREATE POLICY dmitry_tenant_rows ON ${table(name)} TO ${TENANT_ROLE}
  USING (tenant = current_setting('app.tenant', true)) WITH CHECK (tenant = current_setting('app.tenant', true));
${rights(name, TENANT_ROLE)}`;

/** The worker role's rights; the policy counts only where the table is a tenant table too. */
export const grantWorkerTable = (name: string): string => `
DROP POLICY IF EXISTS dmitry_worker_rows ON ${table(name)};
CREATE POLICY dmitry_worker_rows ON ${table(name)} TO ${WORKER_ROLE} USING (true) WITH CHECK (true);
${rights(name, WORKER_ROLE)}`;
