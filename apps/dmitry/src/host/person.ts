import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { type Approval, ROLES } from '@dmitry/contracts';
import { modeOf } from '@dmitry/kit';
import { issueDevelopmentToken } from '@dmitry/kit/jose';
import type { CommandContext } from '../cli/context.ts';
import type { Home } from './home.ts';
import { DEMO_TENANT } from './open.ts';

/** Shows an action whole and asks. Anything but yes is no. */
export async function ask(context: CommandContext, approval: Approval): Promise<boolean> {
  await context.warn(`\nThis action needs a person:\n${JSON.stringify(approval.action, null, 2)}`);
  await context.warn('Approve it? Type yes, or anything else to deny.');
  const lines = createInterface({ input: Readable.from(context.io.stdin()), signal: context.signal });
  try {
    for await (const line of lines) return line.trim().toLowerCase() === 'yes';
    return false;
  } finally {
    lines.close();
  }
}

/** A token with every role for the installation's own tenant. @throws DmitryError `auth.development_only` in production */
export function developmentToken({ env, io }: CommandContext, { keys }: Home): Promise<string> {
  return issueDevelopmentToken({
    claims: { sub: 'developer', tenant_id: DEMO_TENANT, roles: [...ROLES] },
    clock: io.clock,
    ids: io.ids,
    mode: env['NODE_ENV'] === undefined ? 'development' : modeOf(env),
    secret: keys.token_secret,
  });
}

/** Resolves on Ctrl-C or SIGTERM. */
export function untilStopped({ signal }: CommandContext): Promise<void> {
  return new Promise((resolve) => {
    // what only waits keeps no process alive: a server does
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    process.once('SIGTERM', () => resolve());
  });
}
