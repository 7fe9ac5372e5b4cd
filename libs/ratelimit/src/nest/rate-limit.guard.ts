import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  type Consumed,
  quotaExceeded,
  rateLimitHeaders,
  RateLimitStore,
  requestInvalid,
  storeUnavailable,
  violatedPolicies,
} from '../core/index.ts';
import { ROUTE_LIMITS, type RouteLimit } from './rate-limit.decorator.ts';

/** Who a request is from, as far as it has been verified. Never taken from what the caller merely says. */
export interface RateLimitSubject {
  readonly tenant: string;
  readonly requestId: string;
  /** The holder for each `by`. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Finds the subject of a framework's request. Runs after authentication. */
export type SubjectOf = (request: unknown) => RateLimitSubject;
export const SubjectOf = Symbol('SubjectOf');

/** What the guard needs of a framework's reply. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

/** Judges the limits of a route before its handler runs, and tells the caller where they stand. A store that is down denies. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(RateLimitStore) private readonly store: RateLimitStore,
    @Inject(SubjectOf) private readonly subjectOf: SubjectOf,
  ) {}

  /** @throws DmitryError `ratelimit.quota_exceeded`, `ratelimit.store_unavailable` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const limits = this.reflector.getAllAndOverride<readonly RouteLimit[] | undefined>(ROUTE_LIMITS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!limits || limits.length === 0) return true;
    const http = context.switchToHttp();
    const consumed = await this.consume(limits, this.subjectOf(http.getRequest<unknown>()));
    const reply = http.getResponse<HeaderReply>();
    for (const [name, value] of Object.entries(rateLimitHeaders(consumed))) reply.header(name, value);
    if (consumed.kind === 'unavailable') throw storeUnavailable();
    if (consumed.kind === 'limited') throw quotaExceeded(violatedPolicies(consumed.states), consumed.retryAfterMs);
    return true;
  }

  private consume(limits: readonly RouteLimit[], { tenant, requestId, keys }: RateLimitSubject): Promise<Consumed> {
    const charges = limits.map(({ policy, by, cost = 1 }) => {
      const key = keys[by];
      if (key === undefined) throw requestInvalid(`a route is limited by '${by}', which the subject has not`);
      return { policy, key, cost };
    });
    return this.store.consume({ tenant, requestId, charges });
  }
}
