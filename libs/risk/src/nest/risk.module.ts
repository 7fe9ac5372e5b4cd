import type { CallContext } from '@dmitry/outbound';
import { PdriClient } from '@dmitry/platform-client';
import { type DynamicModule, Module } from '@nestjs/common';
import type { RiskFacts } from '../core/index.ts';
import { createPdriRiskFacts } from '../platform/index.ts';

/** Makes the source of facts for the calls of one context. */
export type RiskFactsSource = (context: CallContext) => RiskFacts;
export const RiskFactsSource = Symbol('RiskFactsSource');

/** Facts from the app's PDRI client. */
@Module({})
export class RiskModule {
  static forRoot(): DynamicModule {
    return {
      module: RiskModule,
      global: true,
      providers: [
        {
          provide: RiskFactsSource,
          inject: [PdriClient],
          useFactory:
            (pdri: PdriClient): RiskFactsSource =>
            (context) =>
              createPdriRiskFacts(pdri, context),
        },
      ],
      exports: [RiskFactsSource],
    };
  }
}
