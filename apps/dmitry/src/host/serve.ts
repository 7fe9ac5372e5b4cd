import { mkdirSync } from 'node:fs';
import type { CommandContext } from '../cli/context.ts';
import { EXIT, type ExitCode } from '../cli/faults.ts';
import { pairs } from '../cli/layout.ts';
import { openEmbedded } from './open.ts';
import { developmentToken, untilStopped } from './person.ts';

const DEFAULT_PORT = 8765;
const IDLE_MS = 5_000;

/** `dmitry start`: serves until it is told to stop. */
export async function serve(context: CommandContext): Promise<ExitCode> {
  mkdirSync(context.home, { recursive: true });
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
