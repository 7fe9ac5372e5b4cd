import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MetricLabels, Metrics } from '../core/index.ts';

/** Metrics, and a way to read back what they hold. */
export interface MetricsSubject {
  readonly metrics: Metrics;
  /** A counter's or gauge's level; of a histogram the sum of what it was given. 0 or undefined when nothing was recorded. */
  read(name: string, labels: MetricLabels): Promise<number | undefined> | number | undefined;
}

/** The suite that every implementation of the Metrics port passes. */
export function describeMetricsContract(title: string, makeSubject: () => MetricsSubject): void {
  describe(`metrics: ${title}`, () => {
    let subject: MetricsSubject;
    const read = async (name: string, labels: MetricLabels = {}) => (await subject.read(name, labels)) ?? 0;

    beforeEach(() => {
      subject = makeSubject();
    });

    it('counts up, by one unless said otherwise, and never down', async () => {
      const counter = subject.metrics.counter('dmitry_things_total', 'Things.');
      counter.add();
      counter.add(2.5);
      counter.add(-1);
      expect(await read('dmitry_things_total')).toBe(3.5);
    });

    it('keeps a series per value of a label', async () => {
      const counter = subject.metrics.counter('dmitry_things_total', 'Things.', ['tier', 'outcome']);
      counter.add(1, { tier: 'near', outcome: 'hit' });
      counter.add(2, { outcome: 'hit', tier: 'far' });
      expect(await read('dmitry_things_total', { tier: 'near', outcome: 'hit' })).toBe(1);
      expect(await read('dmitry_things_total', { tier: 'far', outcome: 'hit' })).toBe(2);
    });

    it('takes a label that is missing for empty, and drops one that was not declared', async () => {
      const counter = subject.metrics.counter('dmitry_things_total', 'Things.', ['tier']);
      expect(() => counter.add(1, { tenant: 'acme' })).not.toThrow();
      expect(await read('dmitry_things_total', { tier: '' })).toBe(1);
    });

    it('lets a level go up and down', async () => {
      const gauge = subject.metrics.gauge('dmitry_queue_entries', 'Waiting.', ['queue']);
      gauge.set(5, { queue: 'a' });
      gauge.add(-2, { queue: 'a' });
      expect(await read('dmitry_queue_entries', { queue: 'a' })).toBe(3);
    });

    it('takes what a histogram is given', async () => {
      const histogram = subject.metrics.histogram('dmitry_call_duration_seconds', 'Calls.', ['peer']);
      histogram.observe(0.25, { peer: 'a' });
      histogram.observe(0.5, { peer: 'a' });
      expect(await read('dmitry_call_duration_seconds', { peer: 'a' })).toBe(0.75);
    });

    it('gives the same metric to whoever asks for its name again', async () => {
      subject.metrics.counter('dmitry_things_total', 'Things.', ['a', 'b']).add(1, { a: 'x', b: 'y' });
      subject.metrics.counter('dmitry_things_total', 'Things.', ['b', 'a']).add(1, { a: 'x', b: 'y' });
      expect(await read('dmitry_things_total', { a: 'x', b: 'y' })).toBe(2);
    });

    it('refuses a name that stands for something else already', () => {
      subject.metrics.gauge('dmitry_queue_entries', 'Waiting.', ['queue']);
      const invalid = expect.objectContaining({ code: 'telemetry.metric_invalid' });
      expect(() => subject.metrics.histogram('dmitry_queue_entries', 'Waiting.', ['queue'])).toThrow(invalid);
      expect(() => subject.metrics.gauge('dmitry_queue_entries', 'Waiting.', ['other'])).toThrow(invalid);
    });

    it('refuses a name without its unit', () => {
      const invalid = expect.objectContaining({ code: 'telemetry.metric_invalid' });
      expect(() => subject.metrics.counter('dmitry_things', 'Things.')).toThrow(invalid);
      expect(() => subject.metrics.histogram('dmitry_call_duration_ms', 'Calls.')).toThrow(invalid);
    });
  });
}
