import { childOf, currentRequest, type IdSource } from '@dmitry/kit';
import type { CallContext } from '../core/index.ts';

export interface HeaderSource {
  readonly ids: IdSource;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The value of Authorization, asked for before each call so that a token can be renewed. */
  readonly authorization?: (() => string | Promise<string>) | undefined;
}

const USER_AGENT = 'Dmitry-AI/2.0';

/**
 * The headers of one call; every attempt sends the same. Tenant, trace and credentials are set last: a caller cannot replace them.
 * X-Trace-ID names the call, traceparent ties it to its request (W3C Trace Context), X-Request-ID is the edge's.
 */
export async function headersOf(
  source: HeaderSource,
  own: Readonly<Record<string, string>>,
  hasBody: boolean,
  context?: CallContext,
): Promise<Record<string, string>> {
  const scope = currentRequest();
  const authorization = await source.authorization?.();
  return {
    accept: 'application/json',
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
    ...lowerCased(source.headers),
    ...lowerCased(own),
    'user-agent': USER_AGENT,
    'x-trace-id': source.ids.uuid(),
    traceparent: childOf(context?.traceparent ?? scope?.traceparent, source.ids),
    ...(scope ? { 'x-request-id': scope.requestId } : {}),
    ...(context ? { 'x-tenant-id': context.tenant } : {}),
    ...(authorization ? { authorization } : {}),
  };
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
