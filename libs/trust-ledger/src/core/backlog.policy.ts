import { ledgerFault } from './ledger.errors.ts';

/** How long entries may wait for the sequencer before new sessions and intents are refused (DESIGN.md 5.6). */
export const BACKLOG_LIMIT_MS = 10_000;

/** @throws DmitryError `ledger.backlog` (retryable) */
export function refuseBacklog(waitingSinceMs: number | null, nowMs: number): void {
  if (waitingSinceMs === null || nowMs - waitingSinceMs <= BACKLOG_LIMIT_MS) return;
  const seconds = Math.round((nowMs - waitingSinceMs) / 1000);
  throw ledgerFault(
    'ledger.backlog',
    `entries of this tenant have waited ${seconds} s to be sequenced; nothing new is begun until the sequencer has caught up: try again`,
    { retryable: true, severity: 'warn' },
  );
}
