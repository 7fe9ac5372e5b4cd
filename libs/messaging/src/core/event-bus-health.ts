import type { HealthIndicator } from '@dmitry/health';
import { isDmitryError } from '@dmitry/kit';
import type { EventBus } from './event-bus.port.ts';

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
