import { join } from 'node:path';
import type { Clock, IdSource } from '@dmitry/kit';
import { JsonLogger } from '@dmitry/kit/node';
import { createHttpClient } from '@dmitry/outbound/http';
import { provesSimulator } from '@dmitry/platform-simulator';
import { lockFolder } from '@dmitry/storage/pglite';
import type { CommandContext } from '../cli/context.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { folderFault } from './folder-faults.ts';
import { type Home, hostModeOf, openHome } from './home.ts';
import { type HostConfig, hostConfig } from './host-config.ts';
import { logWriter } from './log-writer.ts';
import { realServices } from './real-services.ts';

export interface OpenOptions {
  readonly folder: string;
  /** Names settings, keys and real services; what it leaves out is embedded. */
  readonly env: CommandContext['env'];
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Port of the gateway; 0 takes a free one. @default as the settings say */
  readonly port?: number | undefined;
  /** Jobs worked on at once, where no queue hands them out. */
  readonly concurrency?: number;
}

export interface Opened {
  readonly embedded: Embedded;
  readonly home: Home;
  readonly config: HostConfig;
  readonly log: string;
  close(): Promise<void>;
}

/**
 * Starts both apps on a data folder, which is this process's alone; what they log goes to a file in it, so that the terminal stays a person's.
 * @throws DmitryError `storage.locked`, `host.folder_unusable`, `host.disk_full`, `host.port_unavailable`, `config.invalid`, and what a
 *   service that is not there throws
 */
export async function openEmbedded(options: OpenOptions): Promise<Opened> {
  const { folder } = options;
  const locked: (() => void)[] = [];
  const unlock = (): void => locked.splice(0).forEach((each) => each());
  try {
    locked.push(lockFolder(folder)); // before anything in it is touched: another instance may have it
    const started = await start(options, openHome(folder, options.ids));
    const close = (): Promise<void> => started.embedded.close().finally(unlock);
    return { ...started, close };
  } catch (error) {
    unlock();
    throw folderFault(folder, error);
  }
}

async function start(options: OpenOptions, home: Home): Promise<Omit<Opened, 'close'>> {
  const { env, clock } = options;
  const config = hostConfig(env, home);
  const log = join(home.folder, 'dmitry.log');
  const logger = new JsonLogger({ clock, level: config.gateway.LOG_LEVEL, write: logWriter(log) });
  const services = realServices(env, { clock, logger, home, config });
  const port = options.port ?? config.gateway.DMITRY_PORT;
  const embedded = await startEmbedded({ ...options, port, home, config, mode: hostModeOf(env), services, logger });
  return { embedded, home, config, log };
}

/** Whether everything that actions would reach proves to be the simulator. The embedded one is. */
export async function reachesSimulator(
  { io }: CommandContext,
  neighbours: { readonly platform: { readonly baseUrl: string } } | undefined,
): Promise<boolean> {
  if (!neighbours) return true;
  const { baseUrl } = neighbours.platform;
  const client = createHttpClient({ service: 'platform', baseUrl, clock: io.clock, ids: io.ids });
  try {
    return await provesSimulator('', async (path) => {
      const result = await client.operate({ method: 'GET', path, operation: 'simulator.identity', kind: 'read' });
      const answered = result.kind === 'ok' || result.kind === 'refused';
      return { status: answered ? result.status : 503, json: () => Promise.resolve(answered ? result.body : null) };
    });
  } finally {
    await client.close();
  }
}
