/** HTTP the way every app of the house serves it: Nest on Fastify, problem documents, bearer tokens, checked requests, a clean end. */
export { KitModule } from './kit.module.ts';
export type { KitModuleOptions, VerifierFactory } from './kit.module.ts';
export { TokenVerifier } from './tokens.ts';
export { AuthGuard, assertTenant } from './auth.guard.ts';
export { CurrentPrincipal, PredecessorRoute, Public, Roles, RouteSchema } from './route.decorators.ts';
export type { RouteDeclaration, RouteSchemas } from './route-declaration.ts';
export { KnownRoutes } from './known-routes.ts';
export { declaredRoutes } from './declared-routes.ts';
export { openApiDocument } from './open-api.ts';
export type { KnownRoute } from './known-routes.ts';
export { ProblemFilter } from './problem.filter.ts';
export { problemDocument, problemFor } from './problem-document.ts';
export type { Problem } from './problem-document.ts';
export { configureApp } from './configure-app.ts';
export { JsonHttpAdapter } from './http-adapter.ts';
export type { HttpAdapterOptions } from './http-adapter.ts';
export { bootstrapHttp, createHttpApp } from './bootstrap-http.ts';
export type { BootstrapOptions, RunningHttp } from './bootstrap-http.ts';
