/** Limits of routes in a Nest application. */
export { RateLimit, RateLimitWeight } from './rate-limit.decorator.ts';
export type { RouteLimit } from './rate-limit.decorator.ts';
export { RateLimitGuard, SubjectOf } from './rate-limit.guard.ts';
export type { RateLimitSubject } from './rate-limit.guard.ts';
export { RateLimitIndicator, RateLimitModule } from './rate-limit.module.ts';
export type { RateLimitModuleOptions } from './rate-limit.module.ts';
