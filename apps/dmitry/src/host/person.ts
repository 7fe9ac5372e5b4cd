import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { type Approval, ROLES } from '@dmitry/contracts';
import { issueDevelopmentToken } from '@dmitry/kit/jose';
import type { CommandContext } from '../cli/context.ts';
import { hostModeOf } from './home.ts';
import { DEMO_TENANT, type HostConfig } from './host-config.ts';
import { signingOf } from './signing.ts';

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

/** A token with every role for the installation's own tenant, signed as the running gateway trusts it; null where tokens are an issuer's. */
export async function developmentToken({ env, io }: CommandContext, { auth }: HostConfig): Promise<string | null> {
  const mode = hostModeOf(env);
  if (mode === 'production' || auth.JWKS_URL !== undefined) return null;
  const claims = { sub: 'developer', tenant_id: DEMO_TENANT, roles: [...ROLES] };
  return issueDevelopmentToken({ claims, clock: io.clock, ids: io.ids, mode, ...signingOf(auth) });
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
