import { type ExecutionContext, HttpStatus, type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type KnownRoute, KnownRoutes } from './known-routes.ts';
import { declarationOf, type RouteDeclaration } from './route-declaration.ts';

type Handler = (...args: never[]) => unknown;
interface Controller {
  readonly prototype: Readonly<Record<string, Handler>>;
}

/** The routes of an app after `init`, each with what its controller declares as well. Routes that no controller made stay as they are. */
export function declaredRoutes(app: INestApplicationContext): readonly KnownRoute[] {
  const made = new Map<string, Made>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values())
      for (const [key, route] of routesOf(metatype as unknown as Controller)) made.set(key, route);
  }
  return app
    .get(KnownRoutes)
    .list()
    .map((route) => ({ ...route, ...made.get(`${route.method} ${route.path}`) }));
}

/** What a controller says of a route. */
interface Made {
  readonly declared: RouteDeclaration;
  readonly status: number;
}

/** Names that Nest keeps what its decorators say under. */
const PATH = 'path';
const METHOD = 'method';
const HTTP_CODE = '__httpCode__';

function routesOf(controller: Controller): readonly (readonly [string, Made])[] {
  return Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
    const handler = Object.getOwnPropertyDescriptor(controller.prototype, name)?.value as Handler | undefined;
    const method = handler && (Reflect.getMetadata(METHOD, handler) as RequestMethod | undefined);
    if (!handler || method === undefined) return [];
    const declared = declarationOf({
      getClass: () => controller,
      getHandler: () => handler,
    } as never as ExecutionContext);
    const paths = pathsOf(controller).flatMap((prefix) => pathsOf(handler).map((path) => joined(prefix, path)));
    const usual = method === RequestMethod.POST ? HttpStatus.CREATED : HttpStatus.OK;
    const status = (Reflect.getMetadata(HTTP_CODE, handler) as number | undefined) ?? usual;
    return paths.map((path) => [`${RequestMethod[method]} ${path}`, { declared, status }] as const);
  });
}

const pathsOf = (place: unknown): readonly string[] =>
  [(Reflect.getMetadata(PATH, place as object) as string | string[] | undefined) ?? ''].flat();

const joined = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
