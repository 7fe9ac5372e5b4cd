import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  quotaExceeded,
  type RateCharge,
  rateLimitHeaders,
  RateLimitStore,
  requestInvalid,
  storeUnavailable,
  violatedPolicies,
} from '../core/index.ts';
import { ROUTE_LIMITS, ROUTE_WEIGHT, type RouteLimit } from './rate-limit.decorator.ts';

/** Who a request is from, as far as it has been verified. Never taken from what the caller merely says. */
export interface RateLimitSubject {
  readonly tenant: string;
  readonly requestId: string;
  /** The holder for each `by`. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Finds the subject of a framework's request, after authentication; null where nobody is known, and nobody is limited. */
export type SubjectOf = (request: unknown) => RateLimitSubject | null;
export const SubjectOf = Symbol('SubjectOf');

/** Limits of routes that declare none. */
export const UsualLimits = Symbol('UsualLimits');

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
    @Inject(UsualLimits) private readonly usual: readonly RouteLimit[],
  ) {}

  /** @throws DmitryError `ratelimit.quota_exceeded`, `ratelimit.store_unavailable` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    const limits = this.reflector.getAllAndOverride<readonly RouteLimit[] | undefined>(ROUTE_LIMITS, places);
    const weight = this.reflector.getAllAndOverride<number | undefined>(ROUTE_WEIGHT, places) ?? 1;
    const http = context.switchToHttp();
    const subject = this.subjectOf(http.getRequest<unknown>());
    const charges = subject ? chargesOf(limits ?? this.usual, weight, subject) : [];
    if (!subject || charges.length === 0) return true;
    const consumed = await this.store.consume({ tenant: subject.tenant, requestId: subject.requestId, charges });
    const reply = http.getResponse<HeaderReply>();
    for (const [name, value] of Object.entries(rateLimitHeaders(consumed))) reply.header(name, value);
    if (consumed.kind === 'unavailable') throw storeUnavailable();
    if (consumed.kind === 'limited') throw quotaExceeded(violatedPolicies(consumed.states), consumed.retryAfterMs);
    return true;
  }
}

const chargesOf = (limits: readonly RouteLimit[], weight: number, { keys }: RateLimitSubject): readonly RateCharge[] =>
  limits.map(({ policy, by, cost = 1 }) => {
    const key = keys[by];
    if (key === undefined) throw requestInvalid(`a route is limited by '${by}', which the subject has not`);
    return { policy, key, cost: cost * weight };
  });
