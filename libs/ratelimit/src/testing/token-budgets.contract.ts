import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BudgetPolicy, BudgetUse, TokenBudgets } from '../core/index.ts';

export interface TokenBudgetsSubject {
  readonly budgets: TokenBudgets;
  /** Moves the store's time; absent where the time is a server's. */
  readonly advance?: (ms: number) => Promise<void>;
}

const YEAR = 366 * 86_400_000;
const LEASE = 3_600_000;
let subjects = 0;

/** What every keeper of budgets promises. Periods are years long, so that the time a run takes changes nothing. */
export function describeTokenBudgetsContract(name: string, open: () => Promise<TokenBudgetsSubject>): void {
  describe(`token budgets contract: ${name}`, () => {
    let subject: TokenBudgetsSubject;
    let budgets: TokenBudgets;
    let tenant: string;

    beforeEach(async () => {
      subject = await open();
      budgets = subject.budgets;
      tenant = `tenant-${process.pid}-${Date.now()}-${(subjects += 1)}`;
    });
    afterEach(() => budgets.close());

    const policy: BudgetPolicy = { name: 'tokens', limit: 1_000, periodMs: YEAR };
    const use = (useId: string, changes: Partial<BudgetUse> = {}): BudgetUse => ({
      tenant,
      policy,
      key: 'alice',
      useId,
      ...changes,
    });

    it('reserves, charges what was used, and gives the rest back', async () => {
      expect(await budgets.reserve(use('a'), 600, LEASE)).toMatchObject({ kind: 'reserved', remaining: 400 });
      expect(await budgets.reserve(use('b'), 600, LEASE)).toMatchObject({ kind: 'exhausted', remaining: 400 });
      expect(await budgets.settle(use('a'), 150)).toMatchObject({ kind: 'settled', remaining: 850 });
      expect(await budgets.reserve(use('b'), 600, LEASE)).toMatchObject({ kind: 'reserved', remaining: 250 });
      expect(await budgets.settle(use('b'), 0)).toMatchObject({ remaining: 850 });
    });

    it('changes nothing when the same use is reserved or settled again', async () => {
      for (let time = 0; time < 3; time++)
        expect(await budgets.reserve(use('a'), 600, LEASE)).toMatchObject({ kind: 'reserved', remaining: 400 });
      for (let time = 0; time < 3; time++)
        expect(await budgets.settle(use('a'), 500)).toMatchObject({ remaining: 500 });
      expect(await budgets.reserve(use('a'), 100, LEASE)).toEqual({ kind: 'settled' });
    });

    it('charges what happened, though it was more than reserved or never reserved', async () => {
      await budgets.reserve(use('a'), 100, LEASE);
      expect(await budgets.settle(use('a'), 900)).toMatchObject({ remaining: 100 });
      expect(await budgets.settle(use('b'), 400)).toMatchObject({ remaining: 0 });
      expect(await budgets.reserve(use('c'), 1, LEASE)).toMatchObject({ kind: 'exhausted' });
    });

    it('never lets reservations that come at once exceed the budget', async () => {
      const all = await Promise.all(
        Array.from({ length: 50 }, (_each, at) => budgets.reserve(use(`u${at}`), 90, LEASE)),
      );
      expect(all.filter(({ kind }) => kind === 'reserved')).toHaveLength(11);
    });

    it('keeps tenants, holders and policies apart', async () => {
      await budgets.reserve(use('a'), 1_000, LEASE);
      const others = [
        use('a', { tenant: `${tenant}-other` }),
        use('a', { key: 'bob' }),
        use('a', { policy: { ...policy, name: 'calls' } }),
      ];
      for (const other of others)
        expect(await budgets.reserve(other, 1_000, LEASE)).toMatchObject({ kind: 'reserved' });
    });

    it('gives a reservation back when its lease ends, and begins anew with each period', async () => {
      if (!subject.advance) return expect(await budgets.reserve(use('a'), 0, 0)).toMatchObject({ kind: 'reserved' }); // a server's time cannot be moved
      const minute = { policy: { ...policy, periodMs: 60_000 } };
      await budgets.reserve(use('a', minute), 700, 10_000);
      await subject.advance(9_999);
      expect(await budgets.reserve(use('b', minute), 700, 10_000)).toMatchObject({ kind: 'exhausted' });
      await subject.advance(1);
      expect(await budgets.reserve(use('b', minute), 700, 10_000)).toMatchObject({ kind: 'reserved', remaining: 300 });
      expect(await budgets.settle(use('a', minute), 300)).toMatchObject({ remaining: 0 });
      await subject.advance(60_000);
      expect(await budgets.reserve(use('c', minute), 1_000, 10_000)).toMatchObject({ kind: 'reserved', remaining: 0 });
      await subject.advance(2 * 86_400_000);
      expect(await budgets.reserve(use('a', minute), 1, 10_000)).toMatchObject({ kind: 'reserved' });
    });

    it.each([
      ['a fraction', { policy: { name: 'x', limit: 1.5, periodMs: 1 } }, 1],
      ['a period of 0', { policy: { name: 'x', limit: 1, periodMs: 0 } }, 1],
      ['a name with a line break', { policy: { name: 'x\n', limit: 1, periodMs: 1 } }, 1],
      ['an empty id', { useId: '' }, 1],
      ['less than nothing', {}, -1],
    ])('refuses %s', async (_what, changes, amount) => {
      await expect(budgets.reserve(use('a', changes), amount, 1)).rejects.toMatchObject({
        code: 'ratelimit.request_invalid',
      });
      await expect(budgets.settle(use('a', changes), amount)).rejects.toMatchObject({
        code: 'ratelimit.request_invalid',
      });
    });
  });
}
