import type { HealthIndicator } from '@dmitry/health';
import { isDmitryError } from '@dmitry/kit';
import type { Database } from './database.port.ts';

/** Whether the database answers: without it this process can do nothing, so it is not ready. */
export const databaseHealth = (database: Database): HealthIndicator => ({
  name: 'database',
  kind: 'own',
  check: () =>
    database.ping().then(
      () => ({ up: true }),
      (error: unknown) => ({ up: false, detail: isDmitryError(error) ? error.code : 'storage.unavailable' }),
    ),
});
