import type { TSchema } from 'typebox';
import { ProblemDocument } from '@dmitry/contracts';
import type { KnownRoute } from './known-routes.ts';

type Json = Readonly<Record<string, unknown>>;

/** A schema as plain JSON, without what TypeBox keeps beside it. */
const plain = (schema: TSchema): Json => JSON.parse(JSON.stringify(schema)) as Json;

/** The OpenAPI 3.1 document of routes that an app serves, in the order of their paths. */
export function openApiDocument(
  routes: readonly KnownRoute[],
  info: { readonly title: string; readonly version: string; readonly description?: string },
): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const served = routes.filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS');
  const order = (route: KnownRoute) => `${route.path} ${route.method}`;
  for (const route of [...served].sort((a, b) => (order(a) < order(b) ? -1 : 1))) {
    const path = route.path.replaceAll(/:([A-Za-z0-9_]+)/g, '{$1}');
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

function operationOf({ method, path, declared }: KnownRoute): Json {
  const { schemas = {}, roles, public: open } = declared;
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return {
    operationId: [method.toLowerCase(), ...words].join('_'),
    parameters: [...parametersOf(path, schemas.params), ...membersOf(schemas.query, 'query')],
    ...(schemas.body ? { requestBody: { required: true, content: json(schemas.body) } } : {}),
    responses: {
      '2XX': { description: 'Done.', ...(schemas.response ? { content: json(schemas.response) } : {}) },
      default: { $ref: '#/components/responses/Problem' },
    },
    ...(open ? {} : { security: [{ bearer: [] }] }),
    ...(roles ? { 'x-roles': roles, description: `For: ${roles.join(', ')}.` } : {}),
  };
}

const json = (schema: TSchema): Json => ({ 'application/json': { schema: plain(schema) } });

/** Every parameter of the template, with its schema where one is declared. */
function parametersOf(path: string, params: TSchema | undefined): readonly Json[] {
  const declared = new Map(membersOf(params, 'path').map((parameter) => [parameter['name'], parameter]));
  return [...path.matchAll(/:([A-Za-z0-9_]+)/g)].map(
    ([, name = '']) => declared.get(name) ?? { name, in: 'path', required: true, schema: { type: 'string' } },
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
    required: place === 'path' || required.includes(name),
    schema: plain(member),
  }));
}
