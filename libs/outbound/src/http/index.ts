/** Calls over HTTP: a pool of connections with deadline, retry budget, breaker and bulkhead around it. */
export { createHttpClient } from './http-client.ts';
export type { HttpClientOptions } from './exchange.ts';
export { DEFAULT_LIMITS } from './outbound-limits.ts';
export type { BreakerLimits, LimitOptions, OutboundLimits } from './outbound-limits.ts';
