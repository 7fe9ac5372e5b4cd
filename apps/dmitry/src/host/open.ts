import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@dmitry/kit/config';
import { JsonLogger } from '@dmitry/kit/node';
import { llmConfig, llmOptionsOf } from '@dmitry/llm/nest';
import { createHttpClient } from '@dmitry/outbound/http';
import { neighbourOptionsOf, neighboursConfig } from '@dmitry/platform-client/nest';
import { provesSimulator } from '@dmitry/platform-simulator';
import type { CommandContext } from '../cli/context.ts';
import { type Embedded, type EmbeddedOptions, startEmbedded } from './embedded.ts';
import { type Home, openHome } from './home.ts';

/** Tenant of everything that comes in over the topics of an embedded installation. */
export const DEMO_TENANT = 'demo';

export interface OpenOptions {
  readonly folder: string;
  readonly port: number;
  readonly idleMs: number;
}

export interface Opened {
  readonly embedded: Embedded;
  readonly home: Home;
  readonly log: string;
}

/** Starts both apps on a data folder; what they log goes to a file in it, so that the terminal stays a person's. */
export async function openEmbedded(
  { io, env }: CommandContext,
  { folder, port, idleMs }: OpenOptions,
): Promise<Opened> {
  const home = openHome(folder, io.ids);
  const log = join(folder, 'dmitry.log');
  const logger = new JsonLogger({ clock: io.clock, level: 'info', write: (line) => appendFileSync(log, line) });
  const around = { home, clock: io.clock, ids: io.ids, logger, tenant: DEMO_TENANT, port, idleMs };
  return { embedded: await startEmbedded({ ...around, ...realServices(env) }), home, log };
}

/** One variable per concern switches from the embedded default to the real service (DESIGN.md 4). */
export function realServices(env: CommandContext['env']): Pick<EmbeddedOptions, 'neighbours' | 'llm'> {
  const named = ['PLATFORM_URL', 'PDRI_URL', 'AEGIS_URL'].some((variable) => env[variable]);
  const neighbours = named ? { neighbours: neighbourOptionsOf(loadConfig([neighboursConfig], env).neighbours) } : {};
  const llm = env['LLM_BASE_URL'] ? { llm: llmOptionsOf(loadConfig([llmConfig], env).llm) } : {};
  return { ...neighbours, ...llm };
}

/** Whether everything that actions would reach proves to be the simulator. The embedded one is. */
export async function reachesSimulator({ io, env }: CommandContext): Promise<boolean> {
  const { neighbours } = realServices(env);
  if (!neighbours) return true;
  const client = createHttpClient({
    service: 'platform',
    baseUrl: neighbours.platform.baseUrl,
    clock: io.clock,
    ids: io.ids,
  });
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
