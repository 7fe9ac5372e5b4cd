import { PRODUCER_VERSION } from '@dmitry/contracts';
import { declaredRoutes, openApiDocument, Public, RouteSchema } from '@dmitry/kit/nest';
import { Controller, Get, type INestApplicationContext, Inject } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Type } from 'typebox';

/** The OpenAPI document of the routes that the router really has. */
@Controller('openapi.json')
@Public()
export class OpenApiController {
  constructor(@Inject(ModuleRef) private readonly modules: ModuleRef) {}

  @Get()
  @RouteSchema({ response: Type.Object({ openapi: Type.String(), paths: Type.Object({}) }) })
  document() {
    const whole = { get: (token: never): unknown => this.modules.get(token, { strict: false }) };
    const routes = declaredRoutes(whole as unknown as INestApplicationContext);
    return openApiDocument(routes, { title: 'Dmitry', version: PRODUCER_VERSION });
  }
}
