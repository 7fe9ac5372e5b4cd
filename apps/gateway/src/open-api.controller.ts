import { PRODUCER_VERSION } from '@dmitry/contracts';
import { KnownRoutes, openApiDocument, Public } from '@dmitry/kit/nest';
import { Controller, Get, Inject } from '@nestjs/common';

/** The OpenAPI document of the routes that the router really has. */
@Controller('openapi.json')
@Public()
export class OpenApiController {
  constructor(@Inject(KnownRoutes) private readonly routes: KnownRoutes) {}

  @Get()
  document() {
    return openApiDocument(this.routes.list(), { title: 'Dmitry', version: PRODUCER_VERSION });
  }
}
