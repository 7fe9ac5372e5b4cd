import { type DynamicModule, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { Clock, IdSource, Logger } from '@dmitry/kit';
import { Metrics } from '@dmitry/telemetry';
import type { OutboundClient } from '../core/index.ts';
import { createHttpClient, type HttpClientOptions } from '../http/index.ts';

/** One service and the token under which its client is injected. */
export interface OutboundClientOptions extends Pick<
  HttpClientOptions,
  'service' | 'baseUrl' | 'authorization' | 'headers' | 'limits'
> {
  readonly token: symbol;
}

export interface OutboundModuleOptions {
  readonly clients: readonly OutboundClientOptions[];
}

/** Closes the clients when the application stops: what is in flight gets five seconds. */
class OutboundClosing implements OnApplicationShutdown {
  constructor(private readonly clients: readonly OutboundClient[]) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }
}

/** One outbound client per service, from the Clock, IdSource, Logger and (where there is one) Metrics of the application. */
@Module({})
export class OutboundModule {
  static forRoot(options: OutboundModuleOptions): DynamicModule {
    const tokens = options.clients.map(({ token }) => token);
    const closing: Provider = {
      provide: OutboundClosing,
      inject: tokens,
      useFactory: (...clients: OutboundClient[]) => new OutboundClosing(clients),
    };
    return {
      module: OutboundModule,
      global: true,
      providers: [...options.clients.map(clientProvider), closing],
      exports: tokens,
    };
  }
}

function clientProvider({ token, ...options }: OutboundClientOptions): Provider {
  return {
    provide: token,
    inject: [Clock, IdSource, Logger, { token: Metrics, optional: true }],
    useFactory: (clock: Clock, ids: IdSource, logger: Logger, metrics?: Metrics): OutboundClient =>
      createHttpClient({ ...options, clock, ids, logger, ...(metrics ? { metrics } : {}) }),
  };
}
