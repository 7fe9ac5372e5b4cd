import type { ExecuteActionRequest } from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import type { PlatformClient } from '@dmitry/platform-client';
import type { EffectAnswer, EffectExecutor, ProbeAnswer } from '../core/index.ts';

/** Effects through the Platform's keyed calls (domain contract of effects). What a call brings is passed on as it is, without its entry. */
export class PlatformEffectExecutor implements EffectExecutor {
  constructor(private readonly platform: Pick<PlatformClient, 'execute' | 'probe'>) {}

  async execute(context: CallContext, effectKey: string, request: ExecuteActionRequest): Promise<EffectAnswer> {
    // The worker's own transactions record it: the intent with the dispatch, the outcome with the state.
    const { entry: _recordedByTheWorker, ...answer } = await this.platform.execute(context, effectKey, request, {
      recorded: true,
    });
    return answer;
  }

  async probe(context: CallContext, effectKey: string): Promise<ProbeAnswer> {
    const { entry: _recordedByTheClient, ...probe } = await this.platform.probe(context, effectKey);
    if (probe.kind !== 'known') return probe;
    const { entry: _same, ...answer } = probe.answer;
    return { kind: 'known', answer };
  }
}
