import { Erasure, ErasureRequest, type Principal } from '@dmitry/contracts';
import { CurrentPrincipal, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';

/** Destroys the keys under which a subject's data, or all of the tenant's, are sealed. The log and its proofs stay. */
@Controller('v1/erasures')
@Roles('operator')
export class ErasuresController {
  constructor(@Inject(Pipeline) private readonly pipeline: Pipeline) {}

  @Post()
  @HttpCode(200)
  @RouteSchema({ body: ErasureRequest, response: Erasure })
  erase(@CurrentPrincipal() principal: Principal, @Body() request: ErasureRequest): Promise<Erasure> {
    return this.pipeline.erasures.erase(principal, request);
  }
}
