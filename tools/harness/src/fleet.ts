import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadLetterTopic, TOPICS } from '@dmitry/contracts';
import { type Caller, callerOf } from './caller.ts';
import { SECRETS } from './people.ts';
import { type SimulatorClient, simulatorClient } from './simulator-client.ts';
import { type RunningProcess, startProcess } from './start-process.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { openTestTopics, type TestTopics } from './test-topics.ts';

/** Addresses of the real services. */
export interface Services {
  readonly postgres: string;
  readonly redis: string;
  readonly kafka: string;
}

export interface FleetOptions {
  /** Name of the suite: lower-case letters. Its database, topics, group and queue are named after it. */
  readonly name: string;
  readonly services: Services;
  /** Tenants, each with an input topic of its own. */
  readonly tenants: readonly string[];
  /** Settings of the apps that differ from those of all suites. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly simulatorEnv?: Readonly<Record<string, string | undefined>>;
}

/** A running app. */
export interface App {
  readonly url: string;
  readonly call: Caller;
  readonly process: RunningProcess<string>;
}

type Settings = Readonly<Record<string, string | undefined>>;

/** Everything that a suite runs on. Nothing of it is shared with another suite but the servers. */
export interface Fleet {
  readonly name: string;
  readonly database: TestDatabase;
  readonly topics: TestTopics;
  readonly simulator: SimulatorClient;
  /** What the apps are started with. */
  readonly env: Settings;
  /** Input topic of a tenant. */
  inputOf(tenant: string): string;
  startGateway(env?: Settings): Promise<App>;
  startOrchestrator(env?: Settings): Promise<App>;
  /** Ends what is still running and drops the database. */
  close(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const mainOf = (project: string): string => join(ROOT, project, 'dist', 'main.js');
const ADMIN_TOKEN = 'end-to-end-admin';
const LOG_CAPTURE = 'info';

/** Creates database and topics, and starts the simulator. The apps are started by the suite. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const name = `${options.name}-${randomBytes(4).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), `dmitry-${options.name}-`));
  const inputOf = (tenant: string): string => `${name}-${tenant}`;
  const database = await createTestDatabase(options.services.postgres, name.replaceAll('-', '_'));
  const topics = await openTestTopics(options.services.kafka, name);
  const inputs = options.tenants.map(inputOf);
  await topics.create([...inputs, ...inputs.map(deadLetterTopic)]);
  await topics.create(Object.values(TOPICS));
  const started: RunningProcess<string>[] = [];
  const start = async (project: string, parts: Parts): Promise<RunningProcess<string>> => {
    const running = await startProcess({ name: project, main: mainOf(project), ...parts });
    started.push(running);
    return running;
  };
  const simulator = await start('tools/platform-simulator', {
    args: ['--port', '0', '--effect-log', join(folder, 'effects.ndjson')],
    env: { NODE_ENV: 'test', SIMULATOR_ADMIN_TOKEN: ADMIN_TOKEN, ...options.simulatorEnv },
    ready: simulatorUrl,
  });
  const env = {
    ...settings(name, options, simulator.ready),
    TENANT_TOPICS: options.tenants.map((each) => `${inputOf(each)}=${each}`).join(','),
    ...options.env,
  };
  const startApp = async (project: string, own: Settings): Promise<App> => {
    const running = await start(project, { env: { ...env, DATABASE_URL: database.url, ...own }, ready: listeningUrl });
    return { url: running.ready, call: callerOf(running.ready), process: running };
  };
  return {
    name,
    database,
    topics,
    env: { ...env, DATABASE_URL: database.url },
    inputOf,
    simulator: simulatorClient(simulator.ready, ADMIN_TOKEN),
    startGateway: (own = {}) => startApp('apps/gateway', own),
    startOrchestrator: (own = {}) => startApp('apps/orchestrator', own),
    close: async () => {
      await Promise.allSettled(started.filter((each) => each.alive()).map((each) => each.kill()));
      await topics.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Parts {
  readonly args?: readonly string[];
  readonly env: Settings;
  readonly ready: (line: string) => string | undefined;
}

function settings(name: string, { services }: FleetOptions, simulator: string): Settings {
  return {
    ...SECRETS,
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    DMITRY_PORT: '0',
    ORCHESTRATOR_PORT: '0',
    LOG_LEVEL: LOG_CAPTURE,
    DMITRY_DEPLOYMENT: 'e2e.dmitry',
    KAFKA_BROKERS: services.kafka,
    REDIS_URL: services.redis,
    PLATFORM_URL: `${simulator}/platform`,
    PDRI_URL: `${simulator}/pdri`,
    AEGIS_URL: `${simulator}/aegis`,
    LLM_BASE_URL: 'offline',
    CONSUMER_GROUP: name,
    JOB_QUEUE: name,
    IDLE_MS: '300',
    // suites ask again and again until something has happened
    LIMIT_TENANT_PER_MINUTE: '1000000',
    LIMIT_PRINCIPAL_PER_MINUTE: '1000000',
  };
}

const simulatorUrl = (line: string): string | undefined => /^\{"url":"(.+)"\}$/.exec(line)?.[1];

/** An app says in its log when it listens, and where. */
function listeningUrl(line: string): string | undefined {
  if (!line.includes('"event":"listening"')) return undefined;
  const { host, port } = JSON.parse(line) as { host: string; port: number };
  return `http://${host}:${port}`;
}
