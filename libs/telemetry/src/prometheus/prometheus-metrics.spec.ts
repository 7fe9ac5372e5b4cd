import { describe, expect, it } from '@jest/globals';
import type { MetricLabels } from '@dmitry/telemetry';
import { describeMetricsContract } from '@dmitry/telemetry/testing';
import { PrometheusMetrics } from './index.ts';

/** Reads a series of the exposition text as a scraper would. */
async function scrape(
  metrics: PrometheusMetrics,
  name: string,
  labels: MetricLabels = {},
): Promise<number | undefined> {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = (await metrics.text())
    .split('\n')
    .find(
      (each) =>
        (each.startsWith(`${name} `) || each.startsWith(`${name}{`)) && wanted.every((part) => each.includes(part)),
    );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

describeMetricsContract('prometheus', () => {
  const metrics = new PrometheusMetrics();
  return { metrics, read: (name, labels) => scrape(metrics, name.endsWith('_seconds') ? `${name}_sum` : name, labels) };
});

describe('PrometheusMetrics', () => {
  it('answers text exposition 0.0.4, each metric with its help and type', async () => {
    const metrics = new PrometheusMetrics({ labels: { service: 'gateway' } });
    metrics.counter('dmitry_things_total', 'Things that\nhappened.', ['kind']).add(2, { kind: 'a "b" \\ c' });
    expect(metrics.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).toBe(
      [
        '# HELP dmitry_things_total Things that\\nhappened.',
        '# TYPE dmitry_things_total counter',
        'dmitry_things_total{kind="a \\"b\\" \\\\ c",service="gateway"} 2',
        '',
      ].join('\n'),
    );
  });

  it('fills cumulative buckets up to infinity', async () => {
    const metrics = new PrometheusMetrics();
    const histogram = metrics.histogram('dmitry_call_duration_seconds', 'Calls.', [], [0.1, 1]);
    for (const value of [0.05, 0.5, 5, Number.NaN]) histogram.observe(value);
    const counts = await Promise.all(
      ['0.1', '1', '+Inf'].map((le) => scrape(metrics, 'dmitry_call_duration_seconds_bucket', { le })),
    );
    expect(counts).toEqual([1, 2, 3]);
  });

  it('shares nothing with another registry of the process: two apps in one process stay apart', async () => {
    const [one, other] = [new PrometheusMetrics(), new PrometheusMetrics()];
    one.counter('dmitry_things_total', 'Things.').add();
    expect(await other.text()).not.toContain('dmitry_things_total');
  });

  it('tells about the process when asked to', async () => {
    const text = await new PrometheusMetrics({ processMetrics: true }).text();
    expect(text).toContain('process_resident_memory_bytes');
    expect(await new PrometheusMetrics().text()).not.toContain('process_');
  });
});
