import { defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

/** What the simulator reads from the environment when it runs alone. */
export const simulatorConfig = defineConfig({
  name: 'simulator',
  schema: Type.Object({
    SIMULATOR_PORT: Type.Integer({ default: 9000, minimum: 0, maximum: 65_535 }),
    SIMULATOR_HOST: Type.String({ default: '127.0.0.1' }),
    SIMULATOR_SEED: Type.Optional(Type.String()),
    SIMULATOR_EFFECT_LOG: Type.Optional(Type.String()),
    SIMULATOR_EFFECT_HORIZON_SECONDS: Type.Integer({ default: 120, minimum: 1 }),
    SIMULATOR_ADMIN_TOKEN: Type.Optional(Type.String({ minLength: 8 })),
    SIMULATOR_API_KEY: Type.Optional(Type.String({ minLength: 8 })),
    AEGIS_WEBHOOK_SECRET: Type.Optional(Type.String({ minLength: 8 })),
  }),
  sensitive: ['SIMULATOR_ADMIN_TOKEN', 'SIMULATOR_API_KEY', 'AEGIS_WEBHOOK_SECRET'],
  docs: {
    SIMULATOR_PORT: 'Port to listen on; 0 for a free one.',
    SIMULATOR_HOST: 'Address to listen on.',
    SIMULATOR_SEED: 'Makes which calls a fault hits repeatable.',
    SIMULATOR_EFFECT_LOG: 'File that keeps effects over a restart.',
    SIMULATOR_EFFECT_HORIZON_SECONDS: 'Value of the `Effect-Horizon` header.',
    SIMULATOR_ADMIN_TOKEN: 'Opens the paths below /simulator/ to this bearer token.',
    SIMULATOR_API_KEY: 'Bearer token that calls for a tenant must carry.',
    AEGIS_WEBHOOK_SECRET: 'Secret that webhooks of Aegis are signed with.',
  },
});
