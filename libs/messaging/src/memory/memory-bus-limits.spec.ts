import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@dmitry/kit/memory';
import type { Batch, OutgoingRecord } from '../core/index.ts';
import { MemoryEventBus, type MemoryEventBusOptions } from './index.ts';

const clock = new ManualClock();
const record = (value: number, topic = 't'): OutgoingRecord => ({
  topic,
  key: 'k',
  value: new Uint8Array([value]),
  headers: {},
});
const open = (options: Partial<MemoryEventBusOptions> = {}): MemoryEventBus =>
  new MemoryEventBus({ clock, partitions: () => 1, ...options });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A group that accepts nothing until it is let. */
function gate(): { readonly onBatch: (batch: Batch) => Promise<void>; readonly seen: number[]; open(): void } {
  const opened = Promise.withResolvers<void>();
  const seen: number[] = [];
  return {
    seen,
    open: () => opened.resolve(),
    onBatch: async ({ records }) => {
      await opened.promise;
      seen.push(...records.map(({ value }) => value[0] ?? -1));
    },
  };
}

describe('the limits of the bus in memory', () => {
  it('makes publishers wait while the slowest group is too far behind', async () => {
    const bus = open({ maxLag: 2 });
    const slow = gate();
    await bus.subscribe({ group: 'slow', topics: ['t'], onBatch: slow.onBatch });
    await bus.publish([record(1), record(2)]);
    let through = false;
    const waiting = bus.publish([record(3)]).then(() => (through = true));
    await turn();
    expect(through).toBe(false);
    slow.open();
    await waiting;
    await bus.drain();
    expect(slow.seen).toEqual([1, 2, 3]);
    await bus.close();
  });

  it('acknowledges when every group has accepted, where that is wanted', async () => {
    const bus = open({ acknowledge: 'consumed' });
    const slow = gate();
    await bus.subscribe({ group: 'slow', topics: ['t'], onBatch: slow.onBatch });
    let acknowledged = false;
    const published = bus.publish([record(1)]).then(() => (acknowledged = true));
    await turn();
    expect(acknowledged).toBe(false);
    slow.open();
    await published;
    expect(slow.seen).toEqual([1]);
    await bus.close();
  });

  // an outbox takes the answer for "accepted" and deletes the record
  it('acknowledges nothing that was not accepted when it is closed', async () => {
    const bus = open({ acknowledge: 'consumed' });
    await bus.subscribe({ group: 'g', topics: ['t'], onBatch: () => Promise.reject(new Error('never')) });
    const published = bus.publish([record(1)]);
    const outcome = published.catch((error: unknown) => error);
    await turn();
    await bus.close();
    expect(await outcome).toMatchObject({ code: 'messaging.closed' });
  });

  it('drains when all groups have accepted everything, what they published meanwhile included', async () => {
    const bus = open();
    const seen: string[] = [];
    await bus.subscribe({
      group: 'first',
      topics: ['t'],
      onBatch: () => {
        seen.push('t');
        return bus.publish([record(1, 'next')]);
      },
    });
    await bus.subscribe({ group: 'second', topics: ['next'], onBatch: () => Promise.resolve(void seen.push('next')) });
    await bus.publish([record(1)]);
    await bus.drain();
    expect(seen).toEqual(['t', 'next']);
    await bus.close();
    await expect(bus.drain()).resolves.toBeUndefined();
  });

  it('keeps only so many records that everybody has read, and starts late-comers at the oldest', async () => {
    const bus = open({ retained: 2 });
    await bus.subscribe({ group: 'early', topics: ['t'], onBatch: () => Promise.resolve() });
    for (const value of [1, 2, 3, 4]) await bus.publish([record(value)]);
    await bus.drain();
    const late = gate();
    late.open();
    await bus.subscribe({
      group: 'late',
      topics: ['t'],
      onBatch: late.onBatch,
      startOffset: () => Promise.resolve('0'),
    });
    await bus.drain();
    expect(late.seen).toEqual([3, 4]);
    await bus.close();
  });

  it('gives each consumer bytes of its own', async () => {
    const bus = open();
    const given = record(7);
    await bus.publish([given]);
    given.value[0] = 0;
    const seen: number[] = [];
    for (const group of ['one', 'two']) {
      await bus.subscribe({
        group,
        topics: ['t'],
        onBatch: ({ records }) => {
          seen.push(records[0]?.value[0] ?? -1);
          records[0]?.value.fill(0);
          return Promise.resolve();
        },
      });
    }
    await bus.drain();
    expect(seen).toEqual([7, 7]);
    await bus.close();
  });

  it('brings a refused batch again after a wait that grows', async () => {
    const bus = open();
    const tried: number[] = [];
    const start = clock.monotonicMs();
    await bus.subscribe({
      group: 'g',
      topics: ['t'],
      onBatch: () => {
        tried.push(clock.monotonicMs() - start);
        return tried.length < 4 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      },
    });
    await bus.publish([record(1)]);
    await clock.advance(5000);
    expect(tried).toEqual([0, 200, 600, 1400]);
    await bus.close();
  });
});
