import { defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

/** Where jobs are handed out. */
export const jobQueueConfig = defineConfig({
  name: 'jobs',
  schema: Type.Object({ REDIS_URL: Type.String({ pattern: '^rediss?://.+$' }) }),
  sensitive: ['REDIS_URL'],
  docs: { REDIS_URL: 'Address of Redis, with its password.' },
});
