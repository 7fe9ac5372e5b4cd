import { mkdirSync } from 'node:fs';
import type { CommandContext } from '../cli/context.ts';
import { CallFault, EXIT, type ExitCode } from '../cli/faults.ts';
import { pairs } from '../cli/layout.ts';
import { openEmbedded } from './open.ts';
import { developmentToken, untilStopped } from './person.ts';

const DEFAULT_PORT = 8765;
const IDLE_MS = 5_000;

/** `dmitry start`: serves until it is told to stop. */
export async function serve(context: CommandContext): Promise<ExitCode> {
  refuseUnused(context.env);
  mkdirSync(context.home, { recursive: true, mode: 0o700 });
  const port = context.count('port') ?? DEFAULT_PORT;
  const { embedded, home, log } = await openEmbedded(context, { folder: context.home, port, idleMs: IDLE_MS });
  try {
    const simulator = embedded.simulator?.url;
    const token = context.env['NODE_ENV'] === 'production' ? null : await developmentToken(context, home);
    const answer = { gateway: embedded.url, ...(simulator ? { simulator } : {}), log, ...(token ? { token } : {}) };
    await context.answer(answer, () => pairs(Object.entries(answer)));
    await untilStopped(context);
    await context.note('stopping');
    return EXIT.yes;
  } finally {
    await embedded.close();
  }
}

/** What this process embeds and would pass over in silence. */
const NEVER_USED = ['DATABASE_URL', 'KAFKA_BROKERS', 'REDIS_URL'];

/** @throws CallFault for a service that is named and would not be used, and in production for a simulated Platform */
function refuseUnused(env: CommandContext['env']): void {
  const named = NEVER_USED.filter((variable) => env[variable]);
  if (named.length > 0) {
    throw new CallFault(
      `${named.join(', ')}: one process embeds database, bus and jobs; unset it, or start gateway and orchestrator, which use it`,
    );
  }
  if (env['NODE_ENV'] === 'production' && !env['PLATFORM_URL']) {
    throw new CallFault('PLATFORM_URL: is not set, and in production nothing acts on a simulated Platform');
  }
}
