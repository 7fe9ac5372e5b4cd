import type { CommandContext } from '../cli/context.ts';
import { CallFault, EXIT, type ExitCode } from '../cli/faults.ts';
import { pairs } from '../cli/layout.ts';
import { openEmbedded } from './open.ts';
import { developmentToken, untilStopped } from './person.ts';

/** `dmitry start`: serves until it is told to stop. */
export async function serve(context: CommandContext): Promise<ExitCode> {
  const { env, io, home: folder } = context;
  if (env['NODE_ENV'] === 'production' && !env['PLATFORM_URL']) {
    throw new CallFault('PLATFORM_URL: is not set, and in production nothing acts on a simulated Platform');
  }
  const opened = await openEmbedded({ folder, env, clock: io.clock, ids: io.ids, port: context.count('port') });
  try {
    const { embedded, log, config } = opened;
    const simulator = embedded.simulator?.url;
    const token = await developmentToken(context, config);
    const answer = { gateway: embedded.url, ...(simulator ? { simulator } : {}), log, ...(token ? { token } : {}) };
    await context.answer(answer, () => pairs(Object.entries(answer)));
    await untilStopped(context);
    await context.note('stopping');
    return EXIT.yes;
  } finally {
    await opened.close();
  }
}
