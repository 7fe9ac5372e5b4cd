import { canonicalJson, digestOf, type PolicyRef } from '@dmitry/contracts';
import type { Clock } from '@dmitry/kit';
import type { Row, Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import {
  closedDraft,
  type GatePolicies,
  type GatePolicy,
  loosenedBy,
  parsePolicy,
  policyDraft,
  policyInvalid,
  policyLoosens,
  policyRef,
  policyVersionTaken,
} from '../core/index.ts';
import { closeApprovals } from './approval-store.ts';
import { lockTenantAlone } from './storage-halt-switch.ts';
import { appendOne, tenantOf } from './tenant-of.ts';

export class StorageGatePolicies implements GatePolicies {
  /** @param deployed what holds until a tenant activates its own; null: nothing is allowed until then */
  constructor(
    private readonly clock: Clock,
    private readonly deployed: GatePolicy | null,
  ) {
    const parsed = deployed === null ? null : parsePolicy(deployed);
    if (parsed && !parsed.ok) throw policyInvalid(parsed.faults);
  }

  async active(tx: Tx): Promise<GatePolicy | 'invalid' | null> {
    const [row] = await tx.query('SELECT digest, body FROM gate_policy WHERE tenant = $1 AND active', [tenantOf(tx)]);
    return row ? policyOf(row) : this.deployed;
  }

  async activate(
    tx: Tx,
    session: LedgerSession,
    policy: unknown,
  ): Promise<{ readonly policy: PolicyRef; readonly voided: readonly string[] }> {
    const tenant = tenantOf(tx, session);
    const parsed = parsePolicy(policy);
    if (!parsed.ok) throw policyInvalid(parsed.faults);
    const loosened = loosenedBy(parsed.policy);
    if (loosened.length > 0) throw policyLoosens(loosened);
    const ref = policyRef(parsed.policy);
    await lockTenantAlone(tx); // no dispatch may run between the old policy's check and its end
    await this.refuseTaken(tx, tenant, ref);
    const entryId = await appendOne(tx, session, policyDraft(parsed.policy, ref));
    await tx.query('UPDATE gate_policy SET active = false WHERE tenant = $1 AND active', [tenant]);
    await tx.query(
      `INSERT INTO gate_policy (tenant, version, digest, body, entry_id, activated_ms, active) VALUES ($1, $2, $3, $4, $5, $6, true)
       ON CONFLICT (tenant, version) DO UPDATE SET active = true, entry_id = excluded.entry_id, activated_ms = excluded.activated_ms`,
      [tenant, ref.version, ref.digest, canonicalJson(parsed.policy), entryId, Math.round(this.clock.now())],
    );
    return { policy: ref, voided: await this.voidOthers(tx, session, ref) };
  }

  /** One version names one content for ever, the deployment's own included. */
  private async refuseTaken(tx: Tx, tenant: string, ref: PolicyRef): Promise<void> {
    const [row] = await tx.query('SELECT digest FROM gate_policy WHERE tenant = $1 AND version = $2', [
      tenant,
      ref.version,
    ]);
    const deployed = this.deployed?.version === ref.version ? policyRef(this.deployed).digest : undefined;
    const known = row?.['digest'] ?? deployed;
    if (known !== undefined && known !== ref.digest) throw policyVersionTaken(ref.version);
  }

  private async voidOthers(tx: Tx, session: LedgerSession, ref: PolicyRef): Promise<string[]> {
    const voided = await closeApprovals(
      tx,
      'voided',
      `status IN ('pending', 'approved') AND used_by IS NULL AND policy_version <> $3`,
      [ref.version],
    );
    if (voided.length > 0)
      await session.append(
        tx,
        voided.map((approval) => closedDraft(approval, 'voided', 'policy_changed')),
      );
    return voided.map((approval) => approval.id);
  }
}

/** What is stored, if it still is what its digest says. */
function policyOf(row: Row): GatePolicy | 'invalid' {
  try {
    const body: unknown = JSON.parse(String(row['body']));
    const parsed = parsePolicy(body);
    return parsed.ok && digestOf(body) === row['digest'] ? parsed.policy : 'invalid';
  } catch {
    return 'invalid';
  }
}
