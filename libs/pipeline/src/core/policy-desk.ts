import type { ActivePolicy, PolicyActivation, Principal } from '@dmitry/contracts';
import { policyRef } from '@dmitry/safety-gate';
import { asOperator } from './as-person.ts';
import type { PipelineOptions } from './pipeline-options.ts';

type Parts = Pick<PipelineOptions, 'database' | 'ledger' | 'policies'>;

/** The policy that a tenant's actions are judged by. */
export class PolicyDesk {
  constructor(private readonly options: Parts) {}

  async active(tenant: string): Promise<ActivePolicy> {
    const { database, policies } = this.options;
    const active = await database.tenant(tenant, (tx) => policies.active(tx), { readOnly: true });
    if (active === null || active === 'invalid') return { policy: null, document: null };
    return { policy: policyRef(active), document: active };
  }

  /** @throws DmitryError `auth.forbidden`, `gate.policy_invalid`, `gate.policy_loosens`, `gate.policy_version_taken` */
  activate(principal: Principal, document: unknown): Promise<PolicyActivation> {
    return asOperator(this.options, principal, async (tx, session) => {
      const { policy, voided } = await this.options.policies.activate(tx, session, document);
      return { policy, voided: [...voided] };
    });
  }
}
