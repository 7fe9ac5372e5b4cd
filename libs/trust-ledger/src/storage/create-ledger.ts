import type { Clock, IdSource } from '@dmitry/kit';
import type { Database, DataKeys, Sealer } from '@dmitry/storage';
import { type CheckpointKeeper, createPseudonyms, type Ledger, LedgerOver, type LedgerParts } from '../core/index.ts';
import type { DeploymentIdentity } from './deployment-identity.ts';
import { admitCurrent } from './kept-checkpoint.ts';
import { createLogReader } from './log-reader.ts';
import { SqlEntryStore } from './sql-entry-store.ts';

export interface LedgerOptions extends DeploymentIdentity {
  /** With `trustLedgerMigrations` applied. */
  readonly database: Database;
  readonly dataKeys: DataKeys;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Checkpoints outside the database: a log that is behind its own takes no new sessions. */
  readonly keeper?: CheckpointKeeper;
}

export const ledgerParts = ({ deployment, pseudonymKey, keeper, ...rest }: LedgerOptions): LedgerParts => {
  const readerOf = (tenant: string) => createLogReader({ database: rest.database, deployment, pseudonymKey, tenant });
  return {
    ...rest,
    pseudonyms: createPseudonyms(deployment, pseudonymKey),
    store: new SqlEntryStore(() => rest.clock.now()),
    ...(keeper && { admit: admitCurrent(readerOf, keeper) }),
  };
};

/** The ledger over the tables of a database. A sequencer has to run somewhere, or entries never get their proofs. */
export const createLedger = (options: LedgerOptions): Ledger => new LedgerOver(ledgerParts(options));
