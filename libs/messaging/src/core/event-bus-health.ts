import type { HealthIndicator } from '@dmitry/health';
import { isDmitryError } from '@dmitry/kit';
import type { EventBus } from './event-bus.port.ts';
import type { OutboxRelay } from './outbox.port.ts';

/** Whether the bus answers: what cannot read its records is not ready. */
export const eventBusHealth = (bus: EventBus): HealthIndicator => ({
  name: 'event_bus',
  kind: 'own',
  check: () =>
    bus.ping().then(
      () => ({ up: true }),
      (error: unknown) => ({ up: false, detail: isDmitryError(error) ? error.code : 'messaging.unavailable' }),
    ),
});

/** Whether everything that is to be told is told. Records that wait take no replica out of service: whatever else there is goes on. */
export const outboxHealth = (relay: OutboxRelay): HealthIndicator => ({
  name: 'outbox',
  kind: 'neighbour',
  check: () => {
    const held = relay.held();
    if (held.length === 0) return Promise.resolve({ up: true });
    return Promise.resolve({ up: false, detail: held.map(({ topic, code }) => `${code} ${topic}`).join(', ') });
  },
});
