import { type Effect, OPERATOR_TENANT } from '@dmitry/contracts';
import type { HaltChange, HaltState } from '@dmitry/safety-gate';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import { JOB_KINDS, type PipelineOptions } from './pipeline-options.ts';

/** An effect that has left and is not finished. */
export type InFlight = Pick<Effect, 'effect_key' | 'state' | 'step'> & {
  readonly run: string;
  readonly tenant: string;
};

/** The switch as it stands, and effects that left before. */
export interface Halted extends HaltState {
  readonly in_flight: readonly InFlight[];
}

type Parts = Pick<PipelineOptions, 'database' | 'ledger' | 'halts' | 'runs' | 'jobs' | 'clock'>;

/** Stops dispatch for a tenant, or for all (in the operator's tenant). */
export class HaltDesk {
  constructor(private readonly options: Parts) {}

  state(tenant: string): Promise<HaltState> {
    return this.options.database.tenant(tenant, (tx) => this.options.halts.state(tx), { readOnly: true });
  }

  /** Resolves when nothing newer can leave, with what already did: in the operator's tenant, of every tenant. */
  async halt(tenant: string, change: HaltChange): Promise<Halted> {
    const state = await this.#switch(tenant, change.by, (tx, session) => this.options.halts.halt(tx, session, change));
    const left: InFlight[] = [];
    for (const each of await this.#meant(tenant)) left.push(...(await this.#left(each)));
    return { ...state, in_flight: left };
  }

  /** What was put off meanwhile is judged again at once. */
  async resume(tenant: string, change: HaltChange): Promise<HaltState> {
    const state = await this.#switch(tenant, change.by, async (tx, session) => {
      const resumed = await this.options.halts.resume(tx, session, change);
      await this.#hasten(tx);
      return resumed;
    });
    if (tenant !== OPERATOR_TENANT) return state;
    // A process that dies in between leaves the rest to the time at which it is looked at anyway.
    for (const each of await this.#meant(tenant)) await this.options.database.tenant(each, (tx) => this.#hasten(tx));
    return state;
  }

  /** Whom the tenant's switch stops: itself, or whoever has something open. */
  async #meant(tenant: string): Promise<readonly string[]> {
    return tenant === OPERATOR_TENANT ? this.options.jobs.tenants() : [tenant];
  }

  async #left(tenant: string): Promise<readonly InFlight[]> {
    const { database, runs } = this.options;
    const left = await database.tenant(tenant, (tx) => runs.effectsIn(tx, ['dispatched', 'unknown']), {
      readOnly: true,
    });
    return left.map(({ effect_key, state, step, run }) => ({ tenant, run, effect_key, state, step }));
  }

  #hasten(tx: Tx): Promise<void> {
    return this.options.jobs.hasten(tx, JOB_KINDS.deferred, this.options.clock.now());
  }

  async #switch(
    tenant: string,
    by: string,
    work: (tx: Tx, session: LedgerSession) => Promise<HaltState>,
  ): Promise<HaltState> {
    const { database, ledger } = this.options;
    const session = await ledger.openSession(tenant, { kind: 'operator', name: by });
    try {
      return await database.tenant(tenant, (tx) => work(tx, session));
    } finally {
      await session.seal();
    }
  }
}
