import { defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

/** The gateway's own settings. */
export const gatewayConfig = defineConfig({
  name: 'gateway',
  schema: Type.Object({
    HOST: Type.String({ minLength: 1, default: '0.0.0.0' }),
    DMITRY_PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8765 }),
    LOG_LEVEL: Type.Unsafe<'debug' | 'info' | 'warn' | 'error'>({
      type: 'string',
      enum: ['debug', 'info', 'warn', 'error'],
      default: 'info',
    }),
    DRAIN_MS: Type.Integer({ minimum: 0, maximum: 120_000, default: 10_000 }),
    PUBLIC_URL: Type.Optional(Type.String({ pattern: '^https?://.+$' })),
    OPERATORS_TENANT: Type.Optional(Type.String({ minLength: 1 })),
    LIMIT_TENANT_PER_MINUTE: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 6_000 }),
    LIMIT_PRINCIPAL_PER_MINUTE: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1_200 }),
    BUILD: Type.String({ default: 'source' }),
  }),
  sensitive: [],
  docs: {
    HOST: 'Address to listen on.',
    DMITRY_PORT: 'Port to listen on.',
    LOG_LEVEL: 'The least level that is logged: debug, info, warn or error.',
    DRAIN_MS: 'How long requests in flight may take once the process is told to stop, milliseconds.',
    PUBLIC_URL: 'Where neighbours reach this gateway; with it the gateway registers in the mesh.',
    OPERATORS_TENANT: 'Tenant whose operators run the deployment: they may halt every tenant.',
    LIMIT_TENANT_PER_MINUTE:
      'Calls in a minute by all callers of a tenant together; a question to the analyst counts as 20.',
    LIMIT_PRINCIPAL_PER_MINUTE: 'Calls in a minute by one caller; a question to the analyst counts as 20.',
    BUILD: 'Commit or date of the build, as `/version` names it.',
  },
});
