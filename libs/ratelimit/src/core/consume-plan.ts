import { digestOf } from '@dmitry/contracts';
import { type Gauge, gaugeOf, isCount, policyFault } from './gcra.policy.ts';
import type { ConsumeRequest, RateCharge } from './rate-limit-store.port.ts';
import { requestInvalid } from './ratelimit.errors.ts';

/** How long a request id is remembered. */
export const REPEAT_WINDOW_MS = 60_000;

/** A request as a store needs it: keys without anything readable, and gauges in the same order. */
export interface ConsumePlan {
  /** Of the request id. */
  readonly requestKey: string;
  readonly gaugeKeys: readonly string[];
  readonly gauges: readonly Gauge[];
}

const MAX_CHARGES = 32;

/**
 * Checks a request and derives its keys. All keys of a tenant carry the same hash tag, so that one script reaches them in a cluster.
 * @throws DmitryError `ratelimit.request_invalid`
 */
export function planOf(request: ConsumeRequest): ConsumePlan {
  const { tenant, requestId, charges } = request;
  const fault = requestFault(request);
  if (fault) throw requestInvalid(fault);
  const tag = `ratelimit:{${digestOf(tenant).slice(0, 32)}}`;
  const gaugeKeys = charges.map(({ policy, key }) => `${tag}:g:${digestOf([tenant, policy.name, key])}`);
  if (new Set(gaugeKeys).size < gaugeKeys.length) throw requestInvalid('a policy is charged twice for the same key');
  return { requestKey: `${tag}:r:${digestOf([tenant, requestId])}`, gaugeKeys, gauges: charges.map(gaugeOf) };
}

function requestFault({ requestId, charges }: ConsumeRequest): string | undefined {
  if (charges.length === 0 || charges.length > MAX_CHARGES) return `a call has 1 to ${MAX_CHARGES} charges`;
  if (requestId === '') return 'the request id is empty';
  return charges.map(chargeFault).find((fault) => fault !== undefined);
}

const chargeFault = ({ policy, cost = 1 }: RateCharge): string | undefined =>
  policyFault(policy) ?? (isCount(cost) && cost > 0 ? undefined : 'a cost is a whole number above 0');
