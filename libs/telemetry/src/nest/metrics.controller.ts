import { Public, RouteSchema } from '@dmitry/kit/nest';
import { Controller, Get, Inject, Res } from '@nestjs/common';

/** Metrics as text; `PrometheusMetrics` is one. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}
export const EXPOSITION = Symbol('Exposition');

/** What of a reply a controller touches. */
interface Reply {
  header(name: string, value: string): unknown;
}

/** `/metrics`, for scrapers. */
@Public()
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(EXPOSITION) private readonly exposition: Exposition) {}

  @Get()
  @RouteSchema({ media: 'text/plain' })
  metrics(@Res({ passthrough: true }) reply: Reply): Promise<string> {
    reply.header('content-type', this.exposition.contentType);
    return this.exposition.text();
  }
}
