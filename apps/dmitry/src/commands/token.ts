import { parseWith, ROLES, TokenClaims } from '@dmitry/contracts';
import { isoTime, modeOf } from '@dmitry/kit';
import { authConfig, loadConfig } from '@dmitry/kit/config';
import { issueDevelopmentToken } from '@dmitry/kit/jose';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { faultLine } from '../cli/events.ts';
import { CallFault, EXIT } from '../cli/faults.ts';
import { existingKeys, hostModeOf, withKeysOf } from '../host/home.ts';
import { signingOf } from '../host/signing.ts';

const DEFAULT_TTL_SECONDS = 3_600;

export const tokenCommand: Command = {
  name: 'token',
  summary: 'A bearer token for development; refused in production.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {
    tenant: { kind: 'text', value: 'T', required: true, summary: 'Tenant of the caller.' },
    role: { kind: 'list', value: 'R', choices: ROLES, required: true, summary: 'Role of the caller.' },
    subject: { kind: 'text', value: 'NAME', default: 'developer', summary: 'Who is calling.' },
    ttl: {
      kind: 'count',
      value: 'SECONDS',
      default: String(DEFAULT_TTL_SECONDS),
      summary: 'How long it is good, from now.',
    },
  },
  details: `
Signs with JWT_SECRET, for JWT_ISSUER and JWT_AUDIENCE, where they are set; without it with the key of the data folder, which is what
\`dmitry start\` trusts on the same folder. Where there is no data folder it needs NODE_ENV=development (or test): whatever else is said, or
nothing, is production.

--json: {token, subject, tenant, roles, expires}`,
  async run(context) {
    const ttlSeconds = context.count('ttl') ?? DEFAULT_TTL_SECONDS;
    const { io } = context;
    const claims = parseWith(TokenClaims, {
      sub: context.text('subject'),
      tenant_id: context.text('tenant'),
      roles: [...new Set(context.texts('role'))],
    });
    if (!claims.ok) throw new CallFault(faultLine(claims.faults).replaceAll('/tenant_id', '--tenant'));
    const { mode, signing } = settingsOf(context);
    const token = await issueDevelopmentToken({
      claims: claims.value,
      clock: io.clock,
      ids: io.ids,
      mode,
      ttlSeconds,
      ...signing,
    });
    const { sub: subject, tenant_id: tenant, roles } = claims.value;
    const expires = isoTime(io.clock.now() + ttlSeconds * 1_000);
    await context.answer({ token, subject, tenant, roles, expires }, () => token);
    return EXIT.yes;
  },
};

/** In production nothing is issued, so nothing is read: the refusal is about that, and not about a variable that is not set. */
function settingsOf({ env, home }: CommandContext) {
  const keys = existingKeys(home);
  const mode = keys ? hostModeOf(env) : modeOf(env);
  if (mode === 'production') return { mode, signing: {} };
  return { mode, signing: signingOf(loadConfig([authConfig], keys ? withKeysOf(keys, env) : env).auth) };
}
