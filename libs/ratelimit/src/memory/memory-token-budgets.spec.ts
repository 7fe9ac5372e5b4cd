import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@dmitry/kit/memory';
import { describeTokenBudgetsContract } from '../testing/index.ts';
import { createMemoryTokenBudgets } from './index.ts';

describeTokenBudgetsContract('memory', async () => {
  const clock = new ManualClock();
  return { budgets: createMemoryTokenBudgets(clock), advance: (ms) => clock.advance(ms) };
});

describe('memory token budgets', () => {
  it('forget budgets that say nothing any more, and no other', async () => {
    const clock = new ManualClock();
    const budgets = createMemoryTokenBudgets(clock);
    const policy = (periodMs: number) => ({ name: `p${periodMs}`, limit: 10, periodMs });
    const year = { tenant: 'acme', policy: policy(366 * 86_400_000), key: 'kept', useId: 'u' };
    await budgets.settle(year, 9);
    for (let key = 0; key < 10_000; key++) {
      await budgets.reserve({ tenant: 'acme', policy: policy(1_000), key: `${key}`, useId: 'u' }, 1, 1_000);
    }
    await clock.advance(10_000);
    await budgets.reserve({ tenant: 'acme', policy: policy(1_000), key: 'new', useId: 'u' }, 1, 1_000);
    expect(await budgets.reserve({ ...year, useId: 'v' }, 2, 1_000)).toMatchObject({ kind: 'exhausted', remaining: 1 });
    expect(
      await budgets.reserve({ tenant: 'acme', policy: policy(1_000), key: '7', useId: 'u' }, 10, 1_000),
    ).toMatchObject({ kind: 'reserved' });
  });
});
