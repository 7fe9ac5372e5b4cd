import { TOPICS } from '@dmitry/contracts';
import { gatewayConfig } from '@dmitry/gateway/module';
import { authConfig, type Config, loadConfig } from '@dmitry/kit/config';
import { orchestratorConfig } from '@dmitry/orchestrator/module';
import { ledgerConfig } from '@dmitry/trust-ledger/nest';
import { type Home, named, withKeysOf } from './home.ts';
import { keyConfig } from './key-config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Tenant of everything that comes in over the topics of an embedded installation. */
export const DEMO_TENANT = 'demo';

const DEFINITIONS = [gatewayConfig, orchestratorConfig, authConfig, ledgerConfig, keyConfig] as const;

/** The settings of both apps. */
export type HostConfig = Config<typeof DEFINITIONS>;

/**
 * What one process runs on: the apps' own settings as the environment names them; what it leaves out are the keys of the data folder and
 * defaults for one tenant.
 * @throws DmitryError `config.invalid`
 */
export const hostConfig = (env: Environment, home: Home): HostConfig =>
  loadConfig(DEFINITIONS, withKeysOf(home.keys, { ...defaultsOf(home), ...named(env) }));

const defaultsOf = ({ checkpoints }: Home): Environment => ({
  DMITRY_CHECKPOINT_DIR: checkpoints,
  OPERATORS_TENANT: DEMO_TENANT,
  TENANT_TOPICS: [TOPICS.securityEvents, TOPICS.ocsfEvents].map((topic) => `${topic}=${DEMO_TENANT}`).join(','),
});
