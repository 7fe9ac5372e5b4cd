import type { Clock, IdSource } from '@dmitry/kit';
import type { Ledger } from '@dmitry/trust-ledger';
import type {
  Approvals,
  ApproverKeys,
  Decisions,
  GatePolicies,
  GatePolicy,
  HaltSwitch,
  SafetyGate,
} from '../core/index.ts';
import { StorageApprovals } from './storage-approvals.ts';
import { StorageApproverKeys } from './storage-approver-keys.ts';
import { StorageDecisions } from './storage-decisions.ts';
import { StorageGatePolicies } from './storage-gate-policies.ts';
import { StorageHaltSwitch } from './storage-halt-switch.ts';
import { StorageSafetyGate } from './storage-safety-gate.ts';

export interface CreateSafetyGateOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly ledger: Pick<Ledger, 'resolve'>;
  /** What holds until a tenant activates its own; null: nothing is allowed until then. */
  readonly policy: GatePolicy | null;
}

/** The gate and what belongs to it, over one database. */
export interface SafetyGateParts {
  readonly gate: SafetyGate;
  readonly approvals: Approvals;
  readonly decisions: Decisions;
  readonly keys: ApproverKeys;
  readonly halts: HaltSwitch;
  readonly policies: GatePolicies;
}

/** @throws DmitryError `gate.policy_invalid` when the deployment's policy is not one */
export function createSafetyGate({ clock, ids, ledger, policy }: CreateSafetyGateOptions): SafetyGateParts {
  const policies = new StorageGatePolicies(clock, policy);
  const keys = new StorageApproverKeys(clock);
  return {
    policies,
    keys,
    halts: new StorageHaltSwitch(clock),
    decisions: new StorageDecisions(),
    approvals: new StorageApprovals({ clock, policies, keys }),
    gate: new StorageSafetyGate({ clock, ids, ledger, policies }),
  };
}
