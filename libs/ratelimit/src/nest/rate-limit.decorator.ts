import { SetMetadata } from '@nestjs/common';
import type { RatePolicy } from '../core/index.ts';

/** One limit of a route: which policy, for whom. */
export interface RouteLimit {
  readonly policy: RatePolicy;
  /** A name among the subject's keys: `tenant`, `user`, `address`. */
  readonly by: string;
  /** @default 1 */
  readonly cost?: number;
}

export const ROUTE_LIMITS = Symbol('ROUTE_LIMITS');

export const ROUTE_WEIGHT = Symbol('ROUTE_WEIGHT');

/** How many calls a call of the route, or of every route of a controller, counts as. */
export const RateLimitWeight = (weight: number): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_WEIGHT, weight);

/**
 * Limits of a route or of every route of a controller; a route's own replace its controller's, and these the application's.
 * Judged at once, all or nothing; none at all is a way to be without limits.
 */
export const RateLimit = (...limits: readonly RouteLimit[]): MethodDecorator & ClassDecorator =>
  SetMetadata(ROUTE_LIMITS, limits);
