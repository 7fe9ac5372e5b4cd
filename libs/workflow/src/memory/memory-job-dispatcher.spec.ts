import { describe, expect, it } from '@jest/globals';
import { describeJobDispatcherContract } from '../testing/index.ts';
import { MemoryJobDispatcher } from './index.ts';

describeJobDispatcherContract('in process', () => Promise.resolve(new MemoryJobDispatcher()));

describe('MemoryJobDispatcher', () => {
  const job = (key: string): { tenant: string; kind: string; key: string } => ({ tenant: 'acme', kind: 'run', key });

  it('works on no more jobs at once than it may, in the order they came', async () => {
    const dispatcher = new MemoryJobDispatcher({ concurrency: 2 });
    const order: string[] = [];
    const gates: (() => void)[] = [];
    const working = new Set<string>();
    let most = 0;
    await dispatcher.start(async ({ key }) => {
      order.push(key);
      working.add(key);
      most = Math.max(most, working.size);
      await new Promise<void>((resolve) => gates.push(resolve));
      working.delete(key);
    });
    for (const key of ['a', 'b', 'c', 'd']) await dispatcher.enqueue(job(key));
    while (order.length < 4 || working.size > 0) {
      gates.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(order).toEqual(['a', 'b', 'c', 'd']);
    expect(most).toBe(2);
  });

  it('leaves to the journal what does not fit, and drops what waits when it closes', async () => {
    const dispatcher = new MemoryJobDispatcher({ maxWaiting: 1 });
    const seen: string[] = [];
    await dispatcher.enqueue(job('a'));
    await dispatcher.enqueue(job('b'));
    await dispatcher.start(async ({ key }) => void seen.push(key));
    await dispatcher.close();
    expect(seen).toEqual(['a']);
    await dispatcher.enqueue(job('c'));
    await dispatcher.close();
    expect(seen).toEqual(['a']);
  });
});
