import type { Secret } from '@dmitry/kit';
import { type Config, defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

const Url = Type.String({ pattern: '^https?://.+$' });
const Token = Type.Optional(Type.String({ minLength: 1 }));

/** Where the neighbours are. */
export const neighboursConfig = defineConfig({
  name: 'neighbours',
  schema: Type.Object({
    PLATFORM_URL: Url,
    PDRI_URL: Url,
    AEGIS_URL: Url,
    PLATFORM_API_KEY: Token,
    PDRI_API_KEY: Token,
    AEGIS_API_KEY: Token,
  }),
  sensitive: ['PLATFORM_API_KEY', 'PDRI_API_KEY', 'AEGIS_API_KEY'],
  docs: {
    PLATFORM_URL: 'Base address of the Platform.',
    PDRI_URL: 'Base address of PDRI.',
    AEGIS_URL: 'Base address of Aegis.',
    PLATFORM_API_KEY: 'Bearer token for the Platform.',
    PDRI_API_KEY: 'Bearer token for PDRI.',
    AEGIS_API_KEY: 'Bearer token for Aegis.',
  },
});

type NeighbourValues = Config<[typeof neighboursConfig]>['neighbours'];

/** The module's options as the environment gives them. */
export const neighbourOptionsOf = (values: NeighbourValues) => ({
  platform: neighbour(values.PLATFORM_URL, values.PLATFORM_API_KEY),
  pdri: neighbour(values.PDRI_URL, values.PDRI_API_KEY),
  aegis: neighbour(values.AEGIS_URL, values.AEGIS_API_KEY),
});

const neighbour = (baseUrl: string, key: Secret | undefined) => ({
  baseUrl,
  ...(key ? { authorization: () => `Bearer ${key.reveal()}` } : {}),
});
