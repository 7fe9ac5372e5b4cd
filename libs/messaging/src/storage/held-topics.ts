import { type Clock, isDmitryError } from '@dmitry/kit';
import { type HeldTopic, redeliveryDelayMs } from '../core/index.ts';

interface Hold extends HeldTopic {
  /** Null where the topic itself is in trouble, else the tenant whose records it refuses. */
  readonly tenant: string | null;
  readonly failures: number;
  readonly untilMs: number;
}

const ofTopic = (topic: string): string => JSON.stringify([topic]);
const ofTenant = (topic: string, tenant: string): string => JSON.stringify([topic, tenant]);

/** Topics that are not tried for a while, so that nothing else waits for them. */
export class HeldTopics {
  private readonly holds = new Map<string, Hold>();

  constructor(private readonly clock: Clock) {}

  /** A topic that is unknown, or a bus that does not answer, holds it for all; what a tenant's records are at fault for, only for it. */
  hold(topic: string, from: string, error: unknown): Hold {
    const coded = isDmitryError(error) ? error : null;
    const shared = coded !== null && (coded.retryable || coded.code === 'messaging.topic_unknown');
    const tenant = shared ? null : from;
    const name = tenant === null ? ofTopic(topic) : ofTenant(topic, tenant);
    const failures = (this.holds.get(name)?.failures ?? 0) + 1;
    const untilMs = this.clock.monotonicMs() + redeliveryDelayMs(failures);
    const hold = { topic, tenant, code: coded?.code ?? 'messaging.publish_failed', failures, untilMs };
    this.holds.set(name, hold);
    return hold;
  }

  release(topic: string, tenant: string): void {
    this.holds.delete(ofTopic(topic));
    this.holds.delete(ofTenant(topic, tenant));
  }

  clear(): void {
    this.holds.clear();
  }

  /** What a tenant must wait for now. */
  of(tenant: string): readonly Hold[] {
    const nowMs = this.clock.monotonicMs();
    return [...this.holds.values()].filter(
      (hold) => hold.untilMs > nowMs && (hold.tenant === null || hold.tenant === tenant),
    );
  }

  list(): readonly HeldTopic[] {
    const byTopic = new Map([...this.holds.values()].map(({ topic, code }) => [topic, { topic, code }]));
    return [...byTopic.values()].sort((a, b) => (a.topic < b.topic ? -1 : 1));
  }
}
