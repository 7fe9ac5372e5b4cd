import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { HealthIndicator } from '@dmitry/health';
import { Clock } from '@dmitry/kit';
import type { OutboundClient } from '@dmitry/outbound';
import { Metrics } from '@dmitry/telemetry';
import { LlmProvider, measuredProvider } from '../core/index.ts';
import { createHttpLlmProvider, type HttpLlmOptions, llmHealth } from '../http/index.ts';
import { createOfflineLlmProvider } from '../offline/index.ts';

export type LlmModuleOptions =
  /** The rule-based provider. */
  | { readonly use: 'offline' }
  /** An endpoint; `client` is the token under which its outbound client is injected (OutboundModule opens and closes it). */
  | ({ readonly use: 'http'; readonly client: symbol } & Pick<HttpLlmOptions, 'model' | 'provider' | 'timeoutMs'>);

/** Health indicators of the endpoint, for the application's health module; none of the rule-based provider, which is always there. */
export type LlmIndicators = readonly HealthIndicator[];
export const LlmIndicators = Symbol('LlmIndicators');

/** Gives the application its `LlmProvider`, counted where the application has Metrics, and its indicators. */
@Module({})
export class LlmModule {
  static forRoot(options: LlmModuleOptions): DynamicModule {
    const providers = [providerOf(options), indicatorsOf(options)];
    return { module: LlmModule, global: true, providers, exports: [LlmProvider, LlmIndicators] };
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

const indicatorsOf = (options: LlmModuleOptions): Provider =>
  options.use === 'offline'
    ? { provide: LlmIndicators, useValue: [] }
    : {
        provide: LlmIndicators,
        inject: [options.client],
        useFactory: (client: OutboundClient): LlmIndicators => [llmHealth(client)],
      };
