import { TOPICS } from '@dmitry/contracts';
import { defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

const PAIRS = '^[^=,\\s]+=[^=,\\s]+(,[^=,\\s]+=[^=,\\s]+)*$';

/** The orchestrator's own settings. */
export const orchestratorConfig = defineConfig({
  name: 'orchestrator',
  schema: Type.Object({
    HOST: Type.String({ minLength: 1, default: '0.0.0.0' }),
    ORCHESTRATOR_PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8766 }),
    LOG_LEVEL: Type.Unsafe<'debug' | 'info' | 'warn' | 'error'>({
      type: 'string',
      enum: ['debug', 'info', 'warn', 'error'],
      default: 'info',
    }),
    TENANT_TOPICS: Type.String({ pattern: PAIRS }),
    TENANT_ACCOUNTS: Type.Optional(Type.String({ pattern: PAIRS })),
    CONSUMER_GROUP: Type.String({ minLength: 1, default: 'dmitry' }),
    JOB_QUEUE: Type.String({ minLength: 1, default: 'dmitry-jobs' }),
    IDLE_MS: Type.Integer({ minimum: 0, default: 5_000 }),
    LATENESS_MS: Type.Integer({ minimum: 0, default: 3_600_000 }),
    EFFECT_NOT_AFTER_MS: Type.Integer({ minimum: 1_000, default: 30_000 }),
    JOB_LEASE_MS: Type.Integer({ minimum: 1_000, default: 60_000 }),
    DMITRY_KILL_POINT: Type.Optional(Type.String({ pattern: '^[a-z.-]+:[1-9]\\d{0,5}$' })),
  }),
  sensitive: [],
  docs: {
    HOST: 'Address to listen on.',
    ORCHESTRATOR_PORT: 'Port to listen on: health and metrics.',
    LOG_LEVEL: 'The least level that is logged: debug, info, warn or error.',
    TENANT_TOPICS: `Topics to consume and whose they are: \`topic=tenant\`, separated by commas, e.g. \`${TOPICS.securityEvents}=acme\`; \`topic=*\` carries several tenants, told apart by TENANT_ACCOUNTS.`,
    TENANT_ACCOUNTS:
      'Whose a cloud account is: `account=tenant`, separated by commas. It decides on topics of several tenants; an event on a tenant’s own topic that names another tenant’s account is a dead letter.',
    CONSUMER_GROUP: 'Name of the consumer group.',
    JOB_QUEUE: 'Name of the job queue on Redis; processes that share it share the work.',
    IDLE_MS: 'A tenant whose events have stopped for this long is judged, milliseconds.',
    LATENESS_MS: 'How late an event may be and still belong, milliseconds of event time.',
    EFFECT_NOT_AFTER_MS: 'How long after its dispatch an effect may still begin, milliseconds.',
    JOB_LEASE_MS:
      'How long a worker may hold a job before another takes it, milliseconds: longer than a step ever takes.',
    DMITRY_KILL_POINT: 'Crash suites only, `name:count`: the process ends itself there; refused in production.',
  },
  rules: ({ DMITRY_KILL_POINT: point }, mode) =>
    mode === 'production' && point !== undefined
      ? [{ variable: 'DMITRY_KILL_POINT', message: 'is set in production, where no process may end itself' }]
      : [],
});
