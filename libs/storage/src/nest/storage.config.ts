import { defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

/** Where state is, and under what its data keys are wrapped. */
export const storageConfig = defineConfig({
  name: 'storage',
  schema: Type.Object({
    DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://.+$' }),
    DMITRY_MASTER_KEY: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
  }),
  sensitive: ['DATABASE_URL', 'DMITRY_MASTER_KEY'],
  docs: {
    DATABASE_URL: 'Address of the PostgreSQL database, with user and password.',
    DMITRY_MASTER_KEY: '64 hexadecimal digits: the key that wraps every data key. Losing it loses what they seal.',
  },
});
