import type { HealthIndicator } from '@dmitry/health';
import type { Cosigning } from './cosigning.ts';
import type { SqlSequencer } from './sequencer.ts';

/** Whether the logs that this process sequences can be sequenced. One tenant's broken log takes no replica out of service. */
export const sequencerHealth = (sequencer: SqlSequencer): HealthIndicator => ({
  name: 'ledger_sequencer',
  kind: 'neighbour',
  check: () => {
    const codes = [...sequencer.faults().values()].filter((code) => code !== 'ledger.fenced');
    if (codes.length === 0) return Promise.resolve({ up: true });
    return Promise.resolve({
      up: false,
      detail: `${codes.length} logs cannot be sequenced: ${[...new Set(codes)].join(', ')}`,
    });
  },
});

/** Whether witnesses cosign what is published. Their trouble delays nothing and takes no replica out of service. */
export const witnessHealth = (cosigning: Cosigning): HealthIndicator => ({
  name: 'ledger_witnesses',
  kind: 'neighbour',
  check: () => {
    const faults = [...cosigning.faults().values()];
    if (faults.length === 0) return Promise.resolve({ up: true });
    const ahead = faults.includes('ahead') ? ' A witness knows a larger head: something was restored or cut.' : '';
    return Promise.resolve({
      up: false,
      detail: `${faults.length} logs have no quorum of cosignatures on their newest checkpoint.${ahead}`,
    });
  },
});
