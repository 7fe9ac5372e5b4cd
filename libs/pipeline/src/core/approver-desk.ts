import type { ApproverKey, Principal } from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import type { RegisteredKey } from '@dmitry/safety-gate';
import type { Tx } from '@dmitry/storage';
import { asOperator } from './as-person.ts';
import { notFound } from './pipeline.errors.ts';
import type { PipelineOptions } from './pipeline-options.ts';

type Parts = Pick<PipelineOptions, 'database' | 'ledger' | 'approverKeys'>;

/** Keys with which approvers sign. */
export class ApproverDesk {
  constructor(private readonly options: Parts) {}

  async list(tenant: string): Promise<readonly ApproverKey[]> {
    const { database, approverKeys } = this.options;
    return (await database.tenant(tenant, (tx) => approverKeys.list(tx), { readOnly: true })).map(wireKey);
  }

  /** @throws DmitryError `request.not_found` */
  find(tenant: string, subject: string): Promise<ApproverKey> {
    return this.options.database.tenant(tenant, (tx) => this.#find(tx, subject), { readOnly: true });
  }

  /**
   * Registers or replaces a key; votes that were counted before stay.
   * @throws DmitryError `auth.forbidden`, `gate.key_invalid`
   */
  register(principal: Principal, subject: string, publicKey: string): Promise<ApproverKey> {
    return asOperator(this.options, principal, async (tx, session) => {
      await this.options.approverKeys.register(tx, session, subject, publicKey);
      return this.#find(tx, subject);
    });
  }

  /** @throws DmitryError `auth.forbidden`, `request.not_found` */
  revoke(principal: Principal, subject: string): Promise<void> {
    return asOperator(this.options, principal, async (tx, session) => {
      if (!(await this.options.approverKeys.revoke(tx, session, subject))) throw notFound('approver key');
    });
  }

  async #find(tx: Tx, subject: string): Promise<ApproverKey> {
    const [key] = await this.options.approverKeys.list(tx, subject);
    if (!key) throw notFound('approver key');
    return wireKey(key);
  }
}

const wireKey = ({ approver, publicKey, registeredMs }: RegisteredKey): ApproverKey => ({
  subject: approver,
  public_key: publicKey,
  registered_at: isoTime(registeredMs),
});
