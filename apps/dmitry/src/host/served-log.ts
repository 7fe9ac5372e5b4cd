import { parseWith, TrustFile } from '@dmitry/contracts';
import type { OutboundClient } from '@dmitry/outbound';
import { createHttpClient } from '@dmitry/outbound/http';
import { createStaticLog, parseTlogPolicy, parseVerifierKey, type VerifierKey } from '@dmitry/trust-ledger';
import { createHttpLogFetch, MAX_LOG_RESOURCE_BYTES } from '@dmitry/trust-ledger/outbound';
import type { CommandContext } from '../cli/context.ts';
import { CallFault } from '../cli/faults.ts';
import type { OpenedLog } from '../cli/log-source.ts';
import { callDeployment, deploymentOf } from './deployment.ts';

/** Somebody's static tiles on a web server. */
export function openServedLog(context: CommandContext, url: string): OpenedLog {
  const client = clientOf(context, url);
  const fetch = createHttpLogFetch(client, context.signal);
  return {
    ...createStaticLog(fetch),
    name: url,
    verifierKeys: async () => keysIn(await fetch('log.pub')),
    close: () => client.close(),
  };
}

/** The log of the token's tenant, which its gateway serves as static tiles. @throws CallFault when --tenant is another */
export function openGatewayLog(context: CommandContext): OpenedLog {
  const { url, token } = deploymentOf(context);
  const tenant = context.text('tenant');
  if (tenant !== undefined && tenant !== tenantOf(token))
    throw new CallFault(
      `--tenant ${tenant}: the token is for another tenant, and a gateway shows the log of the token's`,
    );
  const client = clientOf(context, `${url.replace(/\/+$/, '')}/v1/ledger`, () => `Bearer ${token}`);
  return {
    ...createStaticLog(createHttpLogFetch(client, context.signal)),
    name: url,
    verifierKeys: async () => {
      const trust = await callDeployment(context, {
        method: 'GET',
        path: '/v1/ledger/trust',
        operation: 'ledger.trust',
      });
      const parsed = parseWith(TrustFile, trust);
      return parsed.ok ? parseTlogPolicy(parsed.value.policy).logs : [];
    },
    close: () => client.close(),
  };
}

function clientOf({ io }: CommandContext, baseUrl: string, authorization?: () => string): OutboundClient {
  return createHttpClient({
    service: 'log',
    baseUrl,
    clock: io.clock,
    ids: io.ids,
    limits: { maxResponseBytes: MAX_LOG_RESOURCE_BYTES },
    ...(authorization && { authorization }),
  });
}

/** Other people's logs have no such file, and some servers answer with a page all the same. */
function keysIn(bytes: Uint8Array | null): readonly VerifierKey[] {
  try {
    return bytes ? [parseVerifierKey(Buffer.from(bytes).toString('utf8').trim())] : [];
  } catch {
    return [];
  }
}

/** What the token says, unverified: only to tell the caller early. */
function tenantOf(token: string): unknown {
  try {
    const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    return (JSON.parse(claims) as { readonly tenant_id?: unknown } | null)?.tenant_id;
  } catch {
    return undefined;
  }
}
