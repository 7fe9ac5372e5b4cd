import type { EntryDraft } from '@dmitry/trust-ledger';

/** A full entry: six commitments and a payload that is encrypted, about 1 KB of leaf and 1.7 KB of ciphertext. */
export const fullDraft = (n: number): EntryDraft => ({
  type: 'intent',
  facts: { service: 'pdri', operation: 'risk.get', effect: 'read' },
  committed: {
    action_digest: `${n}`.padStart(64, '0'),
    effect_key: `key-${n}`.padStart(52, 'a'),
    finding: `finding-${n % 1_000}`,
    run: `run-${n % 100}`.padStart(64, 'r'),
    target: { type: 'host', id: `host-${n % 5_000}` },
    operation: 'isolate',
  },
  payload: { request: 'x'.repeat(900), n },
  lookups: { finding: `finding-${n % 1_000}` },
});
