import { currentRequest } from '@dmitry/kit';
import { callerOf } from '@dmitry/kit/nest';
import type { RateLimitStore } from '@dmitry/ratelimit';
import type { RateLimitModuleOptions, RateLimitSubject, RouteLimit } from '@dmitry/ratelimit/nest';

export interface GatewayLimits {
  /** Of this process, or of the fleet. */
  readonly open: () => Promise<RateLimitStore>;
  /** Calls in a minute; an expensive one counts as many. */
  readonly perMinute: { readonly tenant: number; readonly principal: number };
}

/** What a question to the analyst, or a proof of much of the log, costs in plain calls. */
export const EXPENSIVE = 20;

/** As the settings of the gateway say. */
export const perMinuteOf = (values: {
  readonly LIMIT_TENANT_PER_MINUTE: number;
  readonly LIMIT_PRINCIPAL_PER_MINUTE: number;
}): GatewayLimits['perMinute'] => ({
  tenant: values.LIMIT_TENANT_PER_MINUTE,
  principal: values.LIMIT_PRINCIPAL_PER_MINUTE,
});

const MINUTE_MS = 60_000;

/** Every route that asks for a token is limited twice: all callers of the tenant together, and each by itself. */
export const rateLimitsOf = ({ open, perMinute }: GatewayLimits): RateLimitModuleOptions => ({
  open,
  subjectOf,
  usual: [limit('tenant', perMinute.tenant), limit('principal', perMinute.principal)],
});

const limit = (name: 'tenant' | 'principal', limit: number): RouteLimit => ({
  policy: { name, limit, windowMs: MINUTE_MS },
  by: name,
});

/** From the verified token; on a public route nobody. */
function subjectOf(request: unknown): RateLimitSubject | null {
  const principal = callerOf(request as object);
  if (!principal) return null;
  const { tenant, subject } = principal;
  return { tenant, requestId: currentRequest()?.requestId ?? '', keys: { tenant, principal: subject } };
}
