import type { Principal, Run } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import { type EffectResolution, RunOperations, runNotFound } from '@dmitry/workflow';
import { asOperator } from './as-person.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import { runFinished } from './publish.ts';

type Parts = Pick<PipelineOptions, 'database' | 'ledger' | 'runs' | 'gate' | 'outbox'>;

/** What operators do with runs. What ends here is told to others as any other end is. */
export class RunDesk {
  readonly #operations: RunOperations;

  constructor(private readonly options: Parts) {
    this.#operations = new RunOperations(options.runs, options.gate);
  }

  /**
   * Settles an effect of which only a person can say whether it happened, and who did not ask for it.
   * @throws DmitryError `auth.forbidden`, `workflow.run_not_found`, `workflow.effect_not_escalated`, `workflow.own_action`
   */
  resolve(
    principal: Principal,
    runId: string,
    effectKey: string,
    said: Pick<EffectResolution, 'resolution' | 'note'>,
  ): Promise<Run> {
    return asOperator(this.options, principal, async (tx, session) => {
      const requestedBy = await this.#requesterOf(tx, runId);
      const resolution = { ...said, runId, effectKey, by: principal.subject, requestedBy };
      return this.#announce(tx, await this.#operations.resolve(tx, session, resolution));
    });
  }

  /** @throws DmitryError `auth.forbidden`, `workflow.run_not_found`, `workflow.run_not_cancellable` */
  cancel(principal: Principal, runId: string, reason: string): Promise<Run> {
    return asOperator(this.options, principal, async (tx, session) =>
      this.#announce(tx, await this.#operations.cancel(tx, session, runId, reason)),
    );
  }

  /** Null where that was erased. */
  async #requesterOf(tx: Tx, runId: string): Promise<string | null> {
    const run = await this.options.runs.get(tx, runId);
    if (!run) throw runNotFound(runId);
    const revealed = await this.options.ledger.reveal(tx, run.decision_id);
    return (revealed?.committed['requested_by']?.value as string | undefined) ?? null;
  }

  async #announce(tx: Tx, run: Run): Promise<Run> {
    await this.options.outbox.enqueue(tx, runFinished(run));
    return run;
  }
}
