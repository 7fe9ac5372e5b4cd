// @ts-expect-error -- kafkajs describes only its front door
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

interface Throttled {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly throttledUntil: number;
  readonly pending: readonly unknown[];
  checkPendingRequests(): void;
}

/** How soon requests that wait are looked at again, as in kafkajs. */
const CHECK_MS = 10;

/**
 * kafkajs 2.2.4 re-arms a timer with a negative delay on every connection, which fires each millisecond while nothing happens and warns on
 * newer Node versions. A timer is needed only while requests wait.
 */
export function patchRequestQueue(): void {
  const prototype = (RequestQueue as { prototype: Record<string, unknown> }).prototype;
  prototype['scheduleCheckPendingRequests'] = function schedule(this: Throttled): void {
    if (this.throttleCheckTimeoutId) return;
    const throttledMs = this.throttledUntil - Date.now();
    if (throttledMs <= 0 && this.pending.length === 0) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      Math.max(throttledMs, CHECK_MS),
    );
  };
}
