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

/** Limits of a route or of every route of a controller; a route's own replace its controller's. Judged at once, all or nothing. */
export const RateLimit = (...limits: readonly RouteLimit[]): MethodDecorator & ClassDecorator =>
  SetMetadata(ROUTE_LIMITS, limits);
