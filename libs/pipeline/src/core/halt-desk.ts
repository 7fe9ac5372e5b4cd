import type { Effect } from '@dmitry/contracts';
import type { HaltChange, HaltState } from '@dmitry/safety-gate';
import type { Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import type { PipelineOptions } from './pipeline-options.ts';

/** The switch as it stands, and effects that left before and are not finished. */
export interface Halted extends HaltState {
  readonly in_flight: readonly (Pick<Effect, 'effect_key' | 'state' | 'step'> & { readonly run: string })[];
}

type Parts = Pick<PipelineOptions, 'database' | 'ledger' | 'halts' | 'runs'>;

/** Stops dispatch for a tenant, or for all (in the operator's tenant). */
export class HaltDesk {
  constructor(private readonly options: Parts) {}

  state(tenant: string): Promise<HaltState> {
    return this.options.database.tenant(tenant, (tx) => this.options.halts.state(tx), { readOnly: true });
  }

  /** Resolves when nothing newer can leave, with what already did. */
  async halt(tenant: string, change: HaltChange): Promise<Halted> {
    const state = await this.#switch(tenant, change.by, (tx, session) => this.options.halts.halt(tx, session, change));
    const left = await this.options.database.tenant(tenant, (tx) =>
      this.options.runs.effectsIn(tx, ['dispatched', 'unknown']),
    );
    return {
      ...state,
      in_flight: left.map(({ effect_key, state: now, step, run }) => ({ effect_key, state: now, step, run })),
    };
  }

  resume(tenant: string, change: HaltChange): Promise<HaltState> {
    return this.#switch(tenant, change.by, (tx, session) => this.options.halts.resume(tx, session, change));
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
