import { defineConfig } from '@dmitry/kit/config';
import { storageConfig } from '@dmitry/storage/nest';
import { Type } from 'typebox';

/** The key that wraps data keys is needed wherever state is, and not only where the environment names a database. */
export const keyConfig = defineConfig({
  name: 'key',
  schema: Type.Object({ DMITRY_MASTER_KEY: storageConfig.schema.properties.DMITRY_MASTER_KEY }),
  sensitive: ['DMITRY_MASTER_KEY'],
  docs: { DMITRY_MASTER_KEY: storageConfig.docs.DMITRY_MASTER_KEY },
});
