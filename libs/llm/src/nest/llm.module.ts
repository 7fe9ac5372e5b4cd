import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Clock } from '@dmitry/kit';
import type { OutboundClient } from '@dmitry/outbound';
import { Metrics } from '@dmitry/telemetry';
import { LlmProvider, measuredProvider } from '../core/index.ts';
import { createHttpLlmProvider, type HttpLlmOptions } from '../http/index.ts';
import { createOfflineLlmProvider } from '../offline/index.ts';

export type LlmModuleOptions =
  /** The rule-based provider. */
  | { readonly use: 'offline' }
  /** An endpoint; `client` is the token under which its outbound client is injected (OutboundModule opens and closes it). */
  | ({ readonly use: 'http'; readonly client: symbol } & Pick<HttpLlmOptions, 'model' | 'provider' | 'timeoutMs'>);

/** Gives the application its `LlmProvider`, counted where the application has Metrics. */
@Module({})
export class LlmModule {
  static forRoot(options: LlmModuleOptions): DynamicModule {
    return { module: LlmModule, global: true, providers: [providerOf(options)], exports: [LlmProvider] };
  }
}

const metrics = { token: Metrics, optional: true };
const measured = (provider: LlmProvider, counted?: Metrics): LlmProvider =>
  counted ? measuredProvider(provider, counted) : provider;

function providerOf(options: LlmModuleOptions): Provider {
  if (options.use === 'offline') {
    return {
      provide: LlmProvider,
      inject: [metrics],
      useFactory: (counted?: Metrics) => measured(createOfflineLlmProvider(), counted),
    };
  }
  const { use: _use, client: token, ...rest } = options;
  return {
    provide: LlmProvider,
    inject: [token, Clock, metrics],
    useFactory: (client: OutboundClient, clock: Clock, counted?: Metrics) =>
      measured(createHttpLlmProvider({ ...rest, client, clock }), counted),
  };
}
