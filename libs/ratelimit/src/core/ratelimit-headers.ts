import type { Consumed, RateState } from './rate-limit-store.port.ts';

/**
 * RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers, as structured fields (RFC 9651), and Retry-After (RFC 9110
 * 10.2.3) for a call that was limited and may come again. Holders are not shown: a partition key would leak who they are.
 */
export function rateLimitHeaders(consumed: Consumed): Record<string, string> {
  if (consumed.kind === 'unavailable') return {};
  const { states } = consumed;
  const retryAfter = consumed.kind === 'limited' ? consumed.retryAfterMs : null;
  return {
    'RateLimit-Policy': states.map(policyItem).join(', '),
    RateLimit: states.map(limitItem).join(', '),
    ...(retryAfter === null ? {} : { 'Retry-After': String(seconds(retryAfter)) }),
  };
}

// Rounded up: after that many seconds it is true.
const seconds = (ms: number): number => Math.ceil(ms / 1_000);

const policyItem = ({ policy }: RateState): string =>
  `${text(policy.name)};q=${policy.limit};w=${seconds(policy.windowMs)}`;

const limitItem = (state: RateState): string => {
  const wait = state.allowed || state.retryAfterMs === null ? state.resetMs : state.retryAfterMs;
  return `${text(state.policy.name)};r=${state.remaining};t=${seconds(wait)}`;
};

/** A structured-field string (RFC 9651 3.3.3). */
const text = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
