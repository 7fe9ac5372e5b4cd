import { parseWith, ProblemDocument } from '@dmitry/contracts';
import { createHttpClient } from '@dmitry/outbound/http';
import type { CommandContext } from '../cli/context.ts';
import { CallFault, ServiceFault } from '../cli/faults.ts';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Names the call in faults. */
  readonly operation: string;
  readonly body?: unknown;
}

/** Which deployment a command talks to, and as whom. @throws CallFault without a token */
export function deploymentOf(context: CommandContext): { readonly url: string; readonly token: string } {
  const url = context.text('url') ?? (context.env['DMITRY_URL'] || 'http://127.0.0.1:8765');
  const token = context.text('token') ?? context.env['DMITRY_TOKEN'];
  if (token) return { url, token };
  throw new CallFault('--token: none is given, and DMITRY_TOKEN is not set; `dmitry token` makes one for development');
}

/**
 * One call to the gateway of a deployment; what a person does is recorded there.
 * @throws ServiceFault when it does not answer; CallFault with its code and remedy when it says no
 */
export async function callDeployment(context: CommandContext, call: Call): Promise<unknown> {
  const { url, token } = deploymentOf(context);
  const client = createHttpClient({
    service: 'gateway',
    baseUrl: url,
    clock: context.io.clock,
    ids: context.io.ids,
    authorization: () => `Bearer ${token}`,
  });
  try {
    const result = await client.operate(
      { kind: call.method === 'GET' ? 'read' : 'unsafe', ...call },
      { signal: context.signal },
    );
    if (result.kind === 'ok') return result.body;
    if (result.kind !== 'refused')
      throw new ServiceFault(`${url} does not answer (${result.reason}); is the gateway running there?`);
    throw new CallFault(refusalOf(result.status, result.body));
  } finally {
    await client.close();
  }
}

function refusalOf(status: number, body: unknown): string {
  const problem = parseWith(ProblemDocument, body);
  if (!problem.ok) return `the gateway says ${status}`;
  const { code, detail, errors = [] } = problem.value;
  return [`${detail} (${code})`, ...errors.map(({ pointer, message }) => `${pointer || 'the body'}: ${message}`)].join(
    '; ',
  );
}
