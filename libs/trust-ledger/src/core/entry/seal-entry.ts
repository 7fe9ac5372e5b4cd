import type { EntryDraft } from '../ledger.port.ts';

/** Why a session ended. */
export type SealReason = 'completed' | 'abandoned';

/** The last entry of a session: how many stand before it. A cut tail has no seal, a gap does not add up. */
export const sealDraft = (entries: number, reason: SealReason): EntryDraft => ({
  type: 'seal',
  facts: { entries, reason },
});
