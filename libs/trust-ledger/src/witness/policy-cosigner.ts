import type { Logger } from '@dmitry/kit';
import type { OutboundClient } from '@dmitry/outbound';
import type { Metrics } from '@dmitry/telemetry';
import { type CheckpointCosigner, ledgerFault, parseTlogPolicy } from '../core/index.ts';
import { createCosignatureCollector } from './cosignature-collector.ts';
import { witnessesOf } from './policy-witnesses.ts';

export interface PolicyCosignerOptions {
  /** C2SP tlog-policy: its witnesses with an address are asked, and its quorum is what is enough. */
  readonly policy: string;
  /** A client whose base URL is the witness's submission prefix. */
  readonly open: (url: string) => OutboundClient;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/**
 * What asks the witnesses of a policy file: the same file, without the addresses, that verifiers hold bundles to.
 * @throws DmitryError `ledger.policy_invalid`, also when no witness has an address
 */
export function createPolicyCosigner({ policy, open, ...around }: PolicyCosignerOptions): CheckpointCosigner {
  const parsed = parseTlogPolicy(policy);
  const witnesses = witnessesOf(parsed, open);
  if (witnesses.length === 0)
    throw ledgerFault('ledger.policy_invalid', 'no witness of the policy has an address: nobody could be asked');
  return createCosignatureCollector({ witnesses, quorum: parsed.quorum, ...around });
}
