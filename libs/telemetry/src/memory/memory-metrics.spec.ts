import { describe, expect, it } from '@jest/globals';
import { describeMetricsContract } from '@dmitry/telemetry/testing';
import { MemoryMetrics } from './index.ts';

describeMetricsContract('in memory', () => {
  const metrics = new MemoryMetrics();
  return {
    metrics,
    read: (name, labels) =>
      name.endsWith('_seconds')
        ? metrics.observations(name, labels).reduce((sum, value) => sum + value, 0)
        : metrics.value(name, labels),
  };
});

describe('MemoryMetrics', () => {
  it('knows nothing of what was not recorded', () => {
    expect(new MemoryMetrics().value('dmitry_things_total')).toBe(0);
    expect(new MemoryMetrics().observations('dmitry_call_duration_seconds')).toEqual([]);
  });
});
