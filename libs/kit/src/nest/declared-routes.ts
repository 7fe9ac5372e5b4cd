import { type ExecutionContext, type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type KnownRoute, KnownRoutes } from './known-routes.ts';
import { declarationOf, type RouteDeclaration } from './route-declaration.ts';

type Handler = (...args: never[]) => unknown;
interface Controller {
  readonly prototype: Readonly<Record<string, Handler>>;
}

/** The routes of an app after `init`, each with what its controller declares as well. Routes that no controller made stay as they are. */
export function declaredRoutes(app: INestApplicationContext): readonly KnownRoute[] {
  const declared = new Map<string, RouteDeclaration>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values())
      for (const [key, declaration] of routesOf(metatype as unknown as Controller)) declared.set(key, declaration);
  }
  return app
    .get(KnownRoutes)
    .list()
    .map((route) => ({ ...route, declared: declared.get(`${route.method} ${route.path}`) ?? route.declared }));
}

/** Names that Nest keeps the decorators' paths and methods under. */
const PATH = 'path';
const METHOD = 'method';

function routesOf(controller: Controller): readonly (readonly [string, RouteDeclaration])[] {
  return Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
    const handler = Object.getOwnPropertyDescriptor(controller.prototype, name)?.value as Handler | undefined;
    const method = handler && (Reflect.getMetadata(METHOD, handler) as RequestMethod | undefined);
    if (method === undefined) return [];
    const declaration = declarationOf({
      getClass: () => controller,
      getHandler: () => handler,
    } as never as ExecutionContext);
    const paths = pathsOf(controller).flatMap((prefix) => pathsOf(handler).map((path) => joined(prefix, path)));
    return paths.map((path) => [`${RequestMethod[method]} ${path}`, declaration] as const);
  });
}

const pathsOf = (place: unknown): readonly string[] =>
  [(Reflect.getMetadata(PATH, place as object) as string | string[] | undefined) ?? ''].flat();

const joined = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
