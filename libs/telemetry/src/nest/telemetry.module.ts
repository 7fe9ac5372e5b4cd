import { type DynamicModule, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type Exposition, EXPOSITION, MetricsController } from './metrics.controller.ts';
import { type EventMetrics, Metrics, recordEvents, silentSpans, Spans } from '../core/index.ts';

export interface TelemetryModuleOptions {
  readonly metrics: Metrics;
  /** @default spans that nobody collects */
  readonly spans?: Spans;
  /** Served at `/metrics` without a token, for scrapers inside the deployment. @default not served */
  readonly exposition?: Exposition;
  /** Hands over what is held back when the app stops; time-limited by the bootstrap. */
  readonly stop?: () => Promise<void>;
  /** What libraries report on their channels and which metrics that feeds. */
  readonly events?: readonly EventMetrics[];
}

/** Records events while the app lives, and not in the next app of the same process. */
@Injectable()
class EventRecorder implements OnModuleInit, OnApplicationShutdown {
  private stop: () => void = () => undefined;

  constructor(private readonly options: TelemetryModuleOptions) {}

  onModuleInit(): void {
    this.stop = recordEvents(this.options.metrics, this.options.events ?? []);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop();
    await this.options.stop?.();
  }
}

/** The Metrics and Spans ports for all modules, and the metrics of library events. */
@Module({})
export class TelemetryModule {
  static forRoot(options: TelemetryModuleOptions): DynamicModule {
    return {
      module: TelemetryModule,
      global: true,
      controllers: options.exposition ? [MetricsController] : [],
      providers: [
        { provide: Metrics, useValue: options.metrics },
        { provide: Spans, useValue: options.spans ?? silentSpans },
        { provide: EXPOSITION, useValue: options.exposition },
        { provide: EventRecorder, useFactory: () => new EventRecorder(options) },
      ],
      exports: [Metrics, Spans],
    };
  }
}
