import { describe, expect, it } from '@jest/globals';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { type EventMetric, eventChannel, eventMetrics, recordEvents, silentMetrics, silentSpans } from './index.ts';

interface Read {
  readonly tier: string;
  readonly durationMs: number;
  readonly entries: number;
}
const rules: EventMetric<Read>[] = [
  { kind: 'counter', name: 'dmitry_reads_total', help: 'Reads.', labels: { tier: ({ tier }) => tier } },
  { kind: 'counter', name: 'dmitry_read_entries_total', help: 'Entries read.', value: ({ entries }) => entries },
  {
    kind: 'histogram',
    name: 'dmitry_read_duration_seconds',
    help: 'Time.',
    value: ({ durationMs }) => durationMs / 1000,
  },
  {
    kind: 'gauge',
    name: 'dmitry_store_entries',
    help: 'Entries.',
    labels: { tier: ({ tier }) => tier },
    value: ({ entries }) => entries,
  },
];

describe('events of a library', () => {
  const reads = eventChannel<Read>('dmitry:example:read');

  it('become metrics while somebody records, and cost nothing before and after', () => {
    const metrics = new MemoryMetrics();
    expect(reads.listened).toBe(false);
    const stop = recordEvents(metrics, [eventMetrics(reads, rules)]);
    expect(reads.listened).toBe(true);
    reads.publish({ tier: 'near', durationMs: 250, entries: 7 });
    reads.publish({ tier: 'far', durationMs: 500, entries: 9 });
    stop();
    reads.publish({ tier: 'near', durationMs: 1, entries: 1 });
    expect(reads.listened).toBe(false);
    expect(metrics.value('dmitry_reads_total', { tier: 'near' })).toBe(1);
    expect(metrics.value('dmitry_read_entries_total')).toBe(16);
    expect(metrics.observations('dmitry_read_duration_seconds')).toEqual([0.25, 0.5]);
    expect(metrics.value('dmitry_store_entries', { tier: 'far' })).toBe(9);
  });

  it('reach listeners of every copy of this package, by the name of the channel', () => {
    const heard: Read[] = [];
    const stop = eventChannel<Read>('dmitry:example:read').subscribe((event) => heard.push(event));
    const event = { tier: 'near', durationMs: 1, entries: 1 };
    reads.publish(event);
    stop();
    expect(heard).toEqual([event]);
    expect(reads.name).toBe('dmitry:example:read');
  });

  it('do not suffer from a listener that throws: its fault is not the library’s', () => {
    const heard: string[] = [];
    const stops = [
      reads.subscribe(() => {
        throw new Error('a broken listener');
      }),
      reads.subscribe(({ tier }) => heard.push(tier)),
    ];
    expect(() => reads.publish({ tier: 'near', durationMs: 1, entries: 1 })).not.toThrow();
    expect(heard).toEqual(['near']);
    for (const stop of stops) stop();
  });
});

describe('telemetry that nobody reads', () => {
  it('takes everything and changes nothing', async () => {
    silentMetrics.counter('x', 'x').add();
    silentMetrics.histogram('x', 'x').observe(1);
    silentMetrics.gauge('x', 'x').set(1);
    silentMetrics.gauge('x', 'x').add(1);
    await expect(silentSpans.within('x', () => Promise.resolve(7))).resolves.toBe(7);
  });
});
