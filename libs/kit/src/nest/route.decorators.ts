import type { Principal, Role } from '@dmitry/contracts';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { declare, type RouteSchemas } from './route-declaration.ts';
import { principalOf, requestOf } from './request-scope.ts';

/** No token is asked for. Every other route demands one. */
export const Public = (): ClassDecorator & MethodDecorator => declare({ public: true });

/** Any one of these roles is enough. A route's own list replaces its controller's. */
export const Roles = (...roles: readonly Role[]): ClassDecorator & MethodDecorator => declare({ roles });

/** Checks body, query and parameters before the handler runs; a failure lists every fault with its JSON pointer. */
export const RouteSchema = (schemas: RouteSchemas): MethodDecorator => declare({ schemas });

/** A route of the predecessor: its problem documents also carry the member `error`, which old callers read. */
export const PredecessorRoute = (): ClassDecorator & MethodDecorator => declare({ predecessor: true });

/** The caller, from the verified token. */
export const CurrentPrincipal: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => principalOf(requestOf(context)),
);
