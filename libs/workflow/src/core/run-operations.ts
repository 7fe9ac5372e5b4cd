import type { Run } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import { CANCELLED, cancellationDraft, resolutionDraft } from './effect-entries.ts';
import type { DispatchCheck } from './effect.port.ts';
import type { RunStore } from './run-store.port.ts';
import { effectNotEscalated, ownAction, runNotCancellable, runNotFound } from './workflow.errors.ts';

/** What a person says of an effect that was given to them. */
export interface EffectResolution {
  readonly runId: string;
  readonly effectKey: string;
  readonly resolution: 'confirmed' | 'not_done';
  /** How they know: kept in the ledger. */
  readonly note: string;
  readonly by: string;
  /** Who asked for the action, where that is still known: never who settles it. */
  readonly requestedBy: string | null;
}

/** What people do with runs, each in the caller's transaction with its ledger entry. */
export class RunOperations {
  constructor(
    private readonly runs: RunStore,
    private readonly gate: Pick<DispatchCheck, 'settle'>,
  ) {}

  /**
   * Settles an escalated effect, and ends its run with it. A run that ended without its effect may be attempted again by a new decision.
   * @throws DmitryError `workflow.run_not_found`, `workflow.effect_not_escalated`, `workflow.own_action`
   */
  async resolve(tx: Tx, session: LedgerSession, { runId, effectKey, ...said }: EffectResolution): Promise<Run> {
    const locked = await this.runs.lock(tx, runId);
    if (!locked || locked.effect.effect_key !== effectKey) throw runNotFound(runId);
    if (locked.effect.state !== 'escalated') throw effectNotEscalated(effectKey, locked.effect.state);
    if (said.by === said.requestedBy) throw ownAction(runId);
    const [entry] = await session.append(tx, [resolutionDraft(locked, said)]);
    await this.runs.writeEffect(tx, runId, effectKey, {
      state: said.resolution,
      reason: 'resolved by a person',
      ...(entry ? { outcomeEntry: entry.id } : {}),
    });
    return this.read(tx, runId);
  }

  /**
   * Ends a run of which nothing has left, or is known not to have been done, and gives back what it had reserved.
   * @throws DmitryError `workflow.run_not_found`, `workflow.run_not_cancellable`
   */
  async cancel(tx: Tx, session: LedgerSession, runId: string, reason: string): Promise<Run> {
    const locked = await this.runs.lock(tx, runId);
    if (!locked) throw runNotFound(runId);
    const { run, effect } = locked;
    if (effect.state !== 'planned') throw runNotCancellable(runId, run.status);
    await session.append(tx, [cancellationDraft(run, reason)]);
    const cancelled = { state: 'refused', reason: CANCELLED, status: 'cancelled' } as const;
    await this.runs.writeEffect(tx, runId, effect.effect_key, cancelled);
    await this.gate.settle(tx, run.decision_id, 'refused');
    return this.read(tx, runId);
  }

  private async read(tx: Tx, id: string): Promise<Run> {
    const run = await this.runs.get(tx, id);
    if (!run) throw runNotFound(id);
    return run;
  }
}
