import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '@dmitry/contracts';
import { LEDGER_FAULTS, ledgerFault } from './ledger.errors.ts';

describe('fault codes of the ledger', () => {
  it('have a status and a remedy each, and the table has no others of this library', () => {
    const listed = Object.keys(PROBLEMS).filter((code) => code.startsWith('ledger.'));
    expect(listed.toSorted()).toEqual([...LEDGER_FAULTS].toSorted());
  });

  it('say by themselves whether trying again helps', () => {
    expect(ledgerFault('ledger.backlog', 'x', { retryable: true }).retryable).toBe(true);
    expect(ledgerFault('ledger.tree_invalid', 'x').retryable).toBe(false);
  });
});
