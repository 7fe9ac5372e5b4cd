import type { TSchema } from 'typebox';
import { ProblemDocument } from '@dmitry/contracts';
import type { KnownRoute } from './known-routes.ts';
import type { RouteSchemas } from './route-declaration.ts';

type Json = Readonly<Record<string, unknown>>;

/** A schema as plain JSON, without what TypeBox keeps beside it. */
const plain = (schema: TSchema): Json => JSON.parse(JSON.stringify(schema)) as Json;

/** What a caller has to send: members with a default may be left out. */
function incoming(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(incoming);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, incoming(value)]));
  const { properties, required } = schema as { properties?: Record<string, Json>; required?: unknown };
  if (!properties || !Array.isArray(required)) return inside;
  const demanded = (required as string[]).filter((name) => properties[name]?.['default'] === undefined);
  const { required: _, ...others } = inside;
  return demanded.length > 0 ? { ...others, required: demanded } : others;
}

/** The OpenAPI 3.1 document of routes that an app serves, in the order of their paths. */
export function openApiDocument(
  routes: readonly KnownRoute[],
  info: { readonly title: string; readonly version: string; readonly description?: string },
): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const served = routes.filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS');
  const order = (route: KnownRoute) => `${route.path} ${route.method}`;
  for (const route of [...served].sort((a, b) => (order(a) < order(b) ? -1 : 1))) {
    const path = named(route.path).replaceAll(/:([A-Za-z0-9_]+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { ProblemDocument: plain(ProblemDocument) },
      responses: {
        Problem: {
          description: 'A problem document (RFC 9457); its code is stable.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDocument' } } },
        },
      },
    },
  };
}

/** The rest of a path has the name `path`. OpenAPI has no parameter that spans segments, so the document says it in words. */
const named = (path: string): string => path.replace(/\*$/, ':path');

function operationOf({ method, path, declared, status }: KnownRoute): Json {
  const { schemas = {}, roles, public: open } = declared;
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return {
    operationId: [method.toLowerCase(), ...words].join('_'),
    parameters: [...parametersOf(path, schemas.params), ...membersOf(schemas.query, 'query')],
    ...(schemas.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: incoming(plain(schemas.body)) } } } }
      : {}),
    responses: {
      [status ?? '2XX']: { description: 'Done.', ...contentOf(schemas) },
      ...Object.fromEntries(
        Object.entries(schemas.other ?? {}).map(([code, schema]) => [
          code,
          { description: 'Not now.', content: json(schema) },
        ]),
      ),
      default: { $ref: '#/components/responses/Problem' },
    },
    ...(open ? {} : { security: [{ bearer: [] }] }),
    ...(roles ? { 'x-roles': roles, description: `For: ${roles.join(', ')}.` } : {}),
  };
}

const json = (schema: TSchema): Json => ({ 'application/json': { schema: plain(schema) } });

function contentOf({ response, media }: RouteSchemas): Json {
  if (media !== undefined) return { content: { [media]: { schema: { type: 'string' } } } };
  return response ? { content: json(response) } : {};
}

/** Every parameter of the template, with its schema where one is declared. */
function parametersOf(path: string, params: TSchema | undefined): readonly Json[] {
  const declared = new Map(membersOf(params, 'path').map((parameter) => [parameter['name'], parameter]));
  return [...named(path).matchAll(/:([A-Za-z0-9_]+)/g)].map(
    ([, name = '']) =>
      declared.get(name) ?? {
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
        ...(path.endsWith('*') && name === 'path' ? { description: 'May have slashes.' } : {}),
      },
  );
}

function membersOf(schema: TSchema | undefined, place: 'path' | 'query'): readonly Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    readonly properties?: Readonly<Record<string, TSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, member]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && plain(member)['default'] === undefined),
    schema: plain(member),
  }));
}
