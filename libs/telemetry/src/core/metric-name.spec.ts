import { describe, expect, it } from '@jest/globals';
import { type MetricKind, metricNameFault } from './index.ts';

describe('the name of a metric', () => {
  it.each<[MetricKind, string]>([
    ['counter', 'dmitry_cache_reads_total'],
    ['counter', 'dmitry_body_bytes_total'],
    ['histogram', 'http_server_request_duration_seconds'],
    ['histogram', 'dmitry_body_size_bytes'],
    ['gauge', 'dmitry_queue_entries'],
    ['gauge', 'dmitry_cache_hit_ratio'],
  ])('of a %s may be %s', (kind, name) => {
    expect(metricNameFault(kind, name)).toBeUndefined();
  });

  it.each<[MetricKind, string]>([
    ['counter', 'dmitry_cache_reads'],
    ['gauge', 'dmitry_queue_total'],
    ['histogram', 'dmitry_call_duration_ms'],
    ['counter', 'dmitry_wait_milliseconds_total'],
    ['gauge', 'dmitry_heap_megabytes'],
    ['gauge', 'dmitry_hit_percent'],
    ['histogram', 'dmitry_call_sum'],
    ['gauge', 'requests'],
    ['gauge', 'Dmitry_queue_entries'],
    ['gauge', 'dmitry queue'],
    ['gauge', 'dmitry__queue'],
  ])('of a %s may not be %s', (kind, name) => {
    expect(metricNameFault(kind, name)).toEqual(expect.any(String));
  });
});
