import { describe, expect, it } from '@jest/globals';
import { Controller, Get, HttpCode, type INestApplicationContext, Post } from '@nestjs/common';
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
    query: Type.Object({ deep: Type.Optional(Type.Boolean()), limit: Type.Integer({ default: 7 }) }),
  })
  get(): void {}

  @Post(['', 'again'])
  @HttpCode(202)
  @Roles('operator')
  @RouteSchema({
    body: Type.Object({ name: Type.String(), more: Type.Object({ deep: Type.Boolean({ default: true }) }) }),
    response: Type.Object({ ok: Type.Boolean() }),
  })
  make(): void {}

  helper(): void {}
}

@Controller()
@Public()
class Open {
  @Get('live')
  @RouteSchema({
    response: Type.Object({ alive: Type.Boolean() }),
    other: { 503: Type.Object({ why: Type.String() }) },
  })
  live(): void {}

  @Get('tiles/*')
  @RouteSchema({ media: 'application/octet-stream' })
  tile(): void {}
}

const known = new KnownRoutes();
for (const [method, path] of [
  ['POST', '/v1/things/again'],
  ['GET', '/v1/things/:id'],
  ['HEAD', '/v1/things/:id'],
  ['POST', '/v1/things'],
  ['GET', '/live'],
  ['GET', '/tiles/*'],
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
    expect(declared.get('GET /live')).toMatchObject({ public: true });
    expect(declared.get('GET /files/:name/*')).toEqual({});
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument(declaredRoutes(app), { title: 'T', version: '1' }) as {
    readonly paths: Record<string, Record<string, Record<string, unknown>>>;
  };

  it('has every route but those that Fastify adds, by path', () => {
    expect(Object.keys(document.paths)).toEqual([
      '/files/{name}/{path}',
      '/live',
      '/tiles/{path}',
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
        { name: 'limit', in: 'query', required: false, schema: { type: 'integer', default: 7 } },
      ],
      responses: { 200: { description: 'Done.' }, default: { $ref: '#/components/responses/Problem' } },
      security: [{ bearer: [] }],
      'x-roles': ['analyst'],
      description: 'For: analyst.',
    });
    expect(document.paths['/v1/things']?.['post']).toMatchObject({
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { required: ['name', 'more'], properties: { more: { properties: { deep: { default: true } } } } },
          },
        },
      },
      responses: { 202: { content: { 'application/json': { schema: { required: ['ok'] } } } } },
    });
    const body = JSON.stringify(document.paths['/v1/things']?.['post']?.['requestBody']);
    expect(body).not.toContain('"required":["deep"]'); // what has a default may be left out
    expect(document.paths['/live']?.['get']).not.toHaveProperty('security');
    expect(document.paths['/live']?.['get']).toMatchObject({
      responses: { 200: { content: {} }, 503: { content: { 'application/json': { schema: { required: ['why'] } } } } },
    });
    expect(document.paths['/files/{name}/{path}']?.['get']).toMatchObject({
      parameters: [
        { name: 'name', in: 'path', schema: { type: 'string' } },
        { name: 'path', in: 'path', description: 'May have slashes.' },
      ],
      responses: { '2XX': { description: 'Done.' } },
    });
    expect(document.paths['/tiles/{path}']?.['get']).toMatchObject({
      responses: { 200: { content: { 'application/octet-stream': { schema: { type: 'string' } } } } },
    });
  });
});
