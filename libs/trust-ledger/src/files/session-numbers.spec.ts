import { describe, expect, it } from '@jest/globals';
import type { Tx } from '@dmitry/storage';
import { SessionNumbers } from './session-numbers.ts';

const transaction = (): Tx => ({ tenant: 't', query: () => Promise.resolve([]), signal: () => Promise.resolve() });

describe('numbers of a session', () => {
  it('go on after what the journal holds, and end with its seal', async () => {
    const numbers = new SessionNumbers();
    numbers.found('open', 4, false);
    numbers.found('sealed', 2, true);
    expect(await numbers.take(transaction(), 'open', 3, false)).toBe(5);
    expect(await numbers.take(transaction(), 'sealed', 1, false)).toBeNull();
    expect(await numbers.take(transaction(), 'new', 1, true)).toBeNull();
  });

  it('are given back by a transaction that rolls back, and wait for one that has not ended', async () => {
    const numbers = new SessionNumbers();
    const [first, second] = [transaction(), transaction()];
    expect(await numbers.take(first, 's', 2, false)).toBe(0);
    expect(await numbers.take(first, 's', 1, true)).toBe(2);
    const waiting = numbers.take(second, 's', 1, false);
    numbers.giveBack(first);
    expect(await waiting).toBe(0);
    numbers.release(second);
    expect(await numbers.take(transaction(), 's', 1, false)).toBe(1);
  });
});
