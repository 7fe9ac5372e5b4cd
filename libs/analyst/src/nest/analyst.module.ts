import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Clock } from '@dmitry/kit';
import { LlmProvider } from '@dmitry/llm';
import { PlatformClient } from '@dmitry/platform-client';
import { Analyst, type AnalystLimits, createAnalyst, PlatformTools, TextGuard } from '../core/index.ts';
import { createPlatformTools } from '../platform/index.ts';
import { createSanitizerGuard } from '../sanitizer/index.ts';

export interface AnalystModuleOptions {
  /** What takes secrets out of prompts and answers. @default the sanitizer */
  readonly guard?: TextGuard;
  readonly limits?: Partial<AnalystLimits>;
}

/** Gives the application its `Analyst`, from its LlmProvider, PlatformClient and Clock. */
@Module({})
export class AnalystModule {
  static forRoot(options: AnalystModuleOptions = {}): DynamicModule {
    return {
      module: AnalystModule,
      global: true,
      providers: [
        { provide: TextGuard, useFactory: () => options.guard ?? createSanitizerGuard() },
        { provide: PlatformTools, inject: [PlatformClient], useFactory: createPlatformTools },
        analyst(options.limits ?? {}),
      ],
      exports: [Analyst],
    };
  }
}

const analyst = (limits: Partial<AnalystLimits>): Provider => ({
  provide: Analyst,
  inject: [LlmProvider, PlatformTools, TextGuard, Clock],
  useFactory: (llm: LlmProvider, platform: PlatformTools, guard: TextGuard, clock: Clock) =>
    createAnalyst({ llm, platform, guard, clock, limits }),
});
