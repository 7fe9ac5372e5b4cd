import { describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplicationContext, Post } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Type } from 'typebox';
import { declaredRoutes } from './declared-routes.ts';
import { KnownRoutes } from './known-routes.ts';
import { openApiDocument } from './open-api.ts';
import { Public, Roles, RouteSchema } from './route.decorators.ts';

@Controller('v1/things')
@Roles('analyst')
class Things {
  @Get(':id')
  @RouteSchema({
    params: Type.Object({ id: Type.Integer() }),
    query: Type.Object({ deep: Type.Optional(Type.Boolean()) }),
  })
  get(): void {}

  @Post(['', 'again'])
  @Roles('operator')
  @RouteSchema({ body: Type.Object({ name: Type.String() }), response: Type.Object({ ok: Type.Boolean() }) })
  make(): void {}

  helper(): void {}
}

@Controller()
@Public()
class Open {
  @Get('live')
  live(): void {}
}

const known = new KnownRoutes();
for (const [method, path] of [
  ['POST', '/v1/things/again'],
  ['GET', '/v1/things/:id'],
  ['HEAD', '/v1/things/:id'],
  ['POST', '/v1/things'],
  ['GET', '/live'],
  ['GET', '/files/:name/*'],
] as const)
  known.add({ method, path, declared: {} });
const modules = [{ controllers: new Map([Things, Open].map((metatype) => [metatype, { metatype }])) }];
const app = {
  get: (token: unknown) => (token === ModulesContainer ? new Map(modules.entries()) : known),
} as unknown as INestApplicationContext;

describe('declared routes', () => {
  it('carry what the controller declares, under what the method itself declares', () => {
    const declared = new Map(declaredRoutes(app).map((route) => [`${route.method} ${route.path}`, route.declared]));
    expect(declared.get('GET /v1/things/:id')).toMatchObject({ roles: ['analyst'] });
    expect(declared.get('POST /v1/things')).toMatchObject({ roles: ['operator'] });
    expect(declared.get('POST /v1/things/again')).toMatchObject({ roles: ['operator'] });
    expect(declared.get('GET /live')).toEqual({ public: true });
    expect(declared.get('GET /files/:name/*')).toEqual({});
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument(declaredRoutes(app), { title: 'T', version: '1' }) as {
    readonly paths: Record<string, Record<string, Record<string, unknown>>>;
  };

  it('has every route but those that Fastify adds, by path', () => {
    expect(Object.keys(document.paths)).toEqual([
      '/files/{name}/*',
      '/live',
      '/v1/things',
      '/v1/things/{id}',
      '/v1/things/again',
    ]);
    expect(Object.keys(document.paths['/v1/things/{id}'] ?? {})).toEqual(['get']);
  });

  it('says what goes in, what comes out and who may call', () => {
    expect(document.paths['/v1/things/{id}']?.['get']).toEqual({
      operationId: 'get_v1_things_id',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
        { name: 'deep', in: 'query', required: false, schema: { type: 'boolean' } },
      ],
      responses: { '2XX': { description: 'Done.' }, default: { $ref: '#/components/responses/Problem' } },
      security: [{ bearer: [] }],
      'x-roles': ['analyst'],
      description: 'For: analyst.',
    });
    expect(document.paths['/v1/things']?.['post']).toMatchObject({
      requestBody: { required: true, content: { 'application/json': { schema: { required: ['name'] } } } },
      responses: { '2XX': { content: { 'application/json': { schema: { required: ['ok'] } } } } },
    });
    expect(document.paths['/live']?.['get']).not.toHaveProperty('security');
    expect(document.paths['/files/{name}/*']?.['get']).toMatchObject({
      parameters: [{ name: 'name', in: 'path', schema: { type: 'string' } }],
    });
  });
});
