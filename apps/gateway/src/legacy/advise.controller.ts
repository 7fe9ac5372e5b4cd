import { toAdviseResponse, toChatResponse } from '@dmitry/analyst';
import { AdviseRequest, AdviseResponse, ChatRequest, ChatResponse, type Principal } from '@dmitry/contracts';
import { Clock } from '@dmitry/kit';
import { assertTenant, CurrentPrincipal, PredecessorRoute, Roles, RouteSchema } from '@dmitry/kit/nest';
import { Pipeline } from '@dmitry/pipeline';
import { RateLimitWeight } from '@dmitry/ratelimit/nest';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { EXPENSIVE } from '../limits.ts';

/** Advice for people and for the Platform (domain.md 1.2, 1.3): judged and shown, never executed. */
@Controller()
@Roles('analyst', 'service')
export class AdviseController {
  constructor(
    @Inject(Pipeline) private readonly pipeline: Pipeline,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post('advise')
  @RateLimitWeight(EXPENSIVE)
  @HttpCode(200)
  @PredecessorRoute()
  @RouteSchema({ body: AdviseRequest, response: AdviseResponse })
  async advise(@CurrentPrincipal() principal: Principal, @Body() request: AdviseRequest): Promise<AdviseResponse> {
    assertTenant(principal, request.tenant_id);
    const startedMs = this.clock.monotonicMs();
    const { advice, decisions } = await this.pipeline.consultation.advise(principal, request);
    return toAdviseResponse(advice, decisions, { processingTimeMs: this.clock.monotonicMs() - startedMs });
  }

  @Post('chat')
  @RateLimitWeight(EXPENSIVE)
  @HttpCode(200)
  @PredecessorRoute()
  @RouteSchema({ body: ChatRequest, response: ChatResponse })
  async chat(@CurrentPrincipal() principal: Principal, @Body() request: ChatRequest): Promise<ChatResponse> {
    const { advice, decisions, requestId, citations } = await this.pipeline.consultation.chat(principal, request);
    return toChatResponse(advice, decisions, { requestId, citations });
  }
}
