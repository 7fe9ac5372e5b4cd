import type { ServiceHealth, ServiceLiveness, ServiceReadiness } from '@dmitry/contracts';

/** What the service says about itself. Answers come from the last moment's checks, so asking is cheap. None of these rejects. */
export interface HealthReporter {
  /** The process runs and its event loop turns: says nothing of dependencies, so trouble elsewhere restarts no replica. */
  live(): ServiceLiveness;
  /** `ready` while every store of our own answers. Neighbours only degrade `status`. Edges answer 503 where it is false. */
  ready(): Promise<ServiceReadiness>;
  /** The predecessor's `ServiceHealth`: healthy, degraded or unhealthy, and each check. Its `status` is what a heartbeat carries. */
  health(): Promise<ServiceHealth>;
}
export const HealthReporter = Symbol('HealthReporter');
