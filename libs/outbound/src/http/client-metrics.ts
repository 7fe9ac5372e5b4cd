import { type Metrics, silentMetrics } from '@dmitry/telemetry';
import type { OutboundResult, RequestKind } from '../core/index.ts';
import type { BreakerState } from './breaker.ts';

const STATE_VALUE: Readonly<Record<BreakerState, number>> = { closed: 0, half_open: 0.5, open: 1 };

/** What one client counts. Labels are names from code: service, operation, outcome. */
export class ClientMetrics {
  private readonly calls;
  private readonly attempts;
  private readonly seconds;
  private readonly breaker;
  private readonly inFlight;

  constructor(
    private readonly service: string,
    metrics: Metrics = silentMetrics,
  ) {
    this.calls = metrics.counter('outbound_calls_total', 'Calls by outcome', ['service', 'operation', 'outcome']);
    this.attempts = metrics.counter('outbound_attempts_total', 'Requests handed to the network', [
      'service',
      'operation',
    ]);
    this.seconds = metrics.histogram('outbound_call_duration_seconds', 'Whole calls, waits included', [
      'service',
      'operation',
    ]);
    this.breaker = metrics.gauge('outbound_breaker_open_ratio', '0 closed, 0.5 half open, 1 open', ['service', 'kind']);
    this.inFlight = metrics.gauge('outbound_in_flight_calls', 'Calls that hold a place', ['service']);
  }

  called(operation: string, outcome: OutboundResult['kind'], cost: { latencyMs: number; attempts: number }): void {
    const labels = { service: this.service, operation };
    this.calls.add(1, { ...labels, outcome });
    this.attempts.add(cost.attempts, labels);
    this.seconds.observe(cost.latencyMs / 1_000, labels);
  }

  breakerIs(kind: RequestKind, state: BreakerState): void {
    this.breaker.set(STATE_VALUE[state], { service: this.service, kind });
  }

  holding(places: number): void {
    this.inFlight.set(places, { service: this.service });
  }
}
