import { topicsOf } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import { missingTopics } from '@dmitry/messaging/kafka';
import { createHttpClient } from '@dmitry/outbound/http';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { openRedisRateLimitStore } from '@dmitry/ratelimit/redis';
import type { CommandContext } from '../cli/context.ts';

/** What one dependency turned out to be. */
export interface Diagnosis {
  readonly what: string;
  /** `embedded`: the default of one process; `service`: the real one, as the environment names it. */
  readonly mode: 'embedded' | 'service' | 'runtime';
  readonly state: 'up' | 'down';
  readonly detail: string;
  readonly remedy: string;
}

interface Dependency {
  readonly what: string;
  readonly variable: string;
  readonly embedded: string;
  /** Resolves with what is to be told, or rejects. */
  readonly ask: (address: string, context: CommandContext) => Promise<string>;
}

const LEAST_NODE = 24;

/** Asks every dependency that the environment names. Addresses may hold passwords, so none is printed. */
export async function diagnose(context: CommandContext, homeExists: boolean): Promise<readonly Diagnosis[]> {
  const major = Number(process.versions.node.split('.', 1)[0]);
  const runtime: Diagnosis = {
    what: 'Node',
    mode: 'runtime',
    state: major >= LEAST_NODE ? 'up' : 'down',
    detail: process.versions.node,
    remedy: major >= LEAST_NODE ? '' : 'start it through npm, which runs the version that is pinned',
  };
  const rest = await Promise.all(DEPENDENCIES.map((dependency) => diagnosis(dependency, context)));
  const home: Diagnosis = {
    what: 'data folder',
    mode: 'embedded',
    state: 'up',
    detail: `${homeExists ? context.home : 'made at the first start'}; survives the death of the process, not the loss of power`,
    remedy: '',
  };
  return [runtime, home, ...rest];
}

async function diagnosis({ what, variable, embedded, ask }: Dependency, context: CommandContext): Promise<Diagnosis> {
  const address = context.env[variable];
  if (!address) return { what, mode: 'embedded', state: 'up', detail: embedded, remedy: '' };
  try {
    return { what, mode: 'service', state: 'up', detail: await ask(address, context), remedy: '' };
  } catch (error) {
    if (error instanceof Lacking)
      return { what, mode: 'service', state: 'down', detail: error.message, remedy: error.remedy };
    const detail = isDmitryError(error) ? error.code : 'does not answer';
    return { what, mode: 'service', state: 'down', detail, remedy: `start it, or correct ${variable}` };
  }
}

/** A service that answers and is not fit for us. */
class Lacking extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** The topics that a deployment with these settings needs. */
const topicsIn = (env: CommandContext['env']): readonly string[] =>
  topicsOf((env['TENANT_TOPICS'] ?? '').split(',').flatMap((pair) => pair.split('=', 1).filter(Boolean)));

/** A service of ours over HTTP: its health path answers. */
const http =
  (service: string, path: string) =>
  async (baseUrl: string, { io }: CommandContext): Promise<string> => {
    if (baseUrl === 'offline') return 'the rule-based provider, on purpose';
    const client = createHttpClient({ service, baseUrl, clock: io.clock, ids: io.ids });
    try {
      const result = await client.operate({ method: 'GET', path, operation: 'doctor', kind: 'read' });
      if (result.kind === 'ok' || result.kind === 'refused') return `answers with ${result.status}`;
      throw new Error(result.reason);
    } finally {
      await client.close();
    }
  };

const DEPENDENCIES: readonly Dependency[] = [
  {
    what: 'PostgreSQL',
    variable: 'DATABASE_URL',
    embedded: 'PGlite in the data folder',
    ask: async (url, { io }) => {
      const database = await PostgresDatabase.open({
        url,
        migrations: [],
        clock: io.clock,
        ids: io.ids,
        maxConnections: 1,
      });
      try {
        const [row] = await database.worker((tx) =>
          tx.query<{ version: string }>(`select current_setting('server_version') as version`),
        );
        return `version ${row?.version ?? 'unknown'}`;
      } finally {
        await database.close();
      }
    },
  },
  {
    what: 'Redis',
    variable: 'REDIS_URL',
    embedded: 'in memory',
    ask: async (url) => {
      const store = await openRedisRateLimitStore({ url });
      try {
        if (!(await store.ping())) throw new Error('no answer');
        return 'answers';
      } finally {
        await store.close();
      }
    },
  },
  {
    what: 'Kafka',
    variable: 'KAFKA_BROKERS',
    embedded: 'a bus in the process',
    ask: async (brokers, { io, env }) => {
      const missing = await missingTopics({ brokers: brokers.split(','), clock: io.clock, retries: 1 }, topicsIn(env));
      if (missing.length === 0) return 'answers';
      throw new Lacking(
        `lacks the topics ${missing.join(', ')}`,
        'create them, or start the orchestrator with KAFKA_CREATE_TOPICS=true',
      );
    },
  },
  { what: 'Platform', variable: 'PLATFORM_URL', embedded: 'the simulator', ask: http('platform', '/api/v1/health') },
  { what: 'PDRI', variable: 'PDRI_URL', embedded: 'the simulator', ask: http('pdri', '/health') },
  { what: 'Aegis', variable: 'AEGIS_URL', embedded: 'the simulator', ask: http('aegis', '/health') },
  { what: 'LLM', variable: 'LLM_BASE_URL', embedded: 'the offline provider, labelled so', ask: http('llm', '/models') },
];
