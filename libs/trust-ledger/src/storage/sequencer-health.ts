import type { HealthIndicator } from '@dmitry/health';
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
