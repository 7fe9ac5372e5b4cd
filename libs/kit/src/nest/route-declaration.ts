import type { Role } from '@dmitry/contracts';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { TSchema } from 'typebox';

/** TypeBox schemas of one route. A request that does not fit is refused with every fault; `response` is for the OpenAPI document. */
export interface RouteSchemas {
  /** Its defaults stand in for members that were left out. */
  readonly body?: TSchema;
  /** An object schema; texts are read as the types it names and its defaults apply. */
  readonly query?: TSchema;
  /** Likewise for the parameters of the path. */
  readonly params?: TSchema;
  readonly response?: TSchema;
  /** What the answer is, where it is not JSON: `text/plain`, `application/octet-stream`. */
  readonly media?: string;
  /** Bodies of other statuses that are no problem documents. */
  readonly other?: Readonly<Record<number, TSchema>>;
}

/** What the decorators of a route or of its controller say. */
export interface RouteDeclaration {
  readonly public?: boolean;
  readonly roles?: readonly Role[];
  readonly schemas?: RouteSchemas;
  readonly predecessor?: boolean;
}

const DECLARATION = 'dmitry:route';
const reflector = new Reflector();

/**
 * Adds to what a route or controller declares. On a method it also becomes Fastify's route config, which is known before any handler
 * runs: a fault of parsing can be answered in the route's own way, and the table of routes can be walked.
 */
export const declare =
  (part: RouteDeclaration): ClassDecorator & MethodDecorator =>
  (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const place = (descriptor?.value ?? target) as () => void;
    const merged = { ...reflector.get<RouteDeclaration | undefined>(DECLARATION, place), ...part };
    Reflect.defineMetadata(DECLARATION, merged, place);
    if (key !== undefined && descriptor !== undefined) RouteConfig({ dmitry: merged })(target, key, descriptor);
  };

/** What holds for a handler: its own declaration before its controller's. */
export function declarationOf(context: ExecutionContext): RouteDeclaration {
  const places = [context.getClass(), context.getHandler()];
  return Object.assign(
    {},
    ...places.map((place) => reflector.get<RouteDeclaration>(DECLARATION, place)),
  ) as RouteDeclaration;
}

/** The declaration in Fastify's route config. */
export const declarationIn = (config: unknown): RouteDeclaration =>
  (config as { dmitry?: RouteDeclaration } | undefined)?.dmitry ?? {};
