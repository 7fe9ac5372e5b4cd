import { Clock, IdSource, Logger } from '@dmitry/kit';
import { Database, DataKeys, Leases, Sealer } from '@dmitry/storage';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import { createDeploymentSigners, createLogSigners, Ledger, LedgerLogs, Sequencer } from '../core/index.ts';
import {
  COSIGN_WORK,
  createLedger,
  createLedgerLogs,
  createSequencer,
  type DeploymentIdentity,
  LOG_OF_LOGS_WORK,
  type RepeatingWork,
  sequencerHealth,
  type SqlSequencer,
} from '../storage/index.ts';
import { repeatedWork } from './ledger-work.ts';
import type { SequenceOptions, TrustLedgerModuleOptions } from './trust-ledger.options.ts';

/** Token of the sequencer's health indicator, in processes that sequence. */
export const SequencerHealth = Symbol('SequencerHealth');
const Repeated = Symbol('RepeatedLedgerWork');

type Stores = [Database, DataKeys, Sealer, Clock, IdSource];
const STORES = [Database, DataKeys, Sealer, Clock, IdSource];
const ledgerOptions = (
  { deployment, pseudonymKey }: DeploymentIdentity,
  [database, dataKeys, sealer, clock, ids]: Stores,
) => ({ deployment, pseudonymKey, database, dataKeys, sealer, clock, ids }) as const;

function appending(options: TrustLedgerModuleOptions): Provider[] {
  const signer = createLogSigners(options.signerSeed, options.retiringSeed);
  const keeper = options.sequence?.keeper;
  return [
    {
      provide: Ledger,
      inject: STORES,
      useFactory: (...stores: Stores) => createLedger({ ...ledgerOptions(options, stores), ...(keeper && { keeper }) }),
    },
    {
      provide: LedgerLogs,
      inject: [Database],
      useFactory: (database: Database) => createLedgerLogs({ ...options, database, signer }),
    },
  ];
}

type Working = [SqlSequencer, Ledger, Logger, ...Stores];

function sequencing(options: TrustLedgerModuleOptions, sequence: SequenceOptions): Provider[] {
  const { deployment, pseudonymKey } = options;
  const { keeper, cosigner, logOfLogs } = sequence;
  const announce = [...(cosigner ? [COSIGN_WORK] : []), ...(logOfLogs ? [LOG_OF_LOGS_WORK] : [])];
  return [
    {
      provide: Sequencer,
      inject: [Database, Leases, Clock, IdSource, Logger],
      useFactory: (...[database, leases, clock, ids, logger]: [Database, Leases, Clock, IdSource, Logger]) =>
        createSequencer({
          deployment,
          pseudonymKey,
          signer: createDeploymentSigners({ ...options, nowMs: () => clock.now() }),
          database,
          leases,
          logger,
          holder: ids.uuid(),
          announce,
          ...(keeper && { keeper }),
        }),
    },
    { provide: SequencerHealth, inject: [Sequencer], useFactory: sequencerHealth },
    {
      provide: Repeated,
      inject: [Sequencer, Ledger, Logger, ...STORES],
      useFactory: (...[sequencer, ledger, logger, ...stores]: Working) =>
        repeatedWork({ sequence, sequencer, ledger, logger, stores: ledgerOptions(options, stores) }),
    },
    LedgerWork,
  ];
}

/** Runs from when everything is there until the application begins to shut down: the database closes later. */
class LedgerWork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(Repeated) private readonly repeated: readonly RepeatingWork[],
    @Inject(Sequencer) private readonly sequencer: SqlSequencer,
  ) {}

  onApplicationBootstrap(): void {
    for (const each of this.repeated) each.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const each of this.repeated) await each.stop();
    await this.sequencer.round(); // what was appended while the last requests ended gets its proofs
    await this.sequencer.close();
  }
}

/** The ledger over the application's database. */
@Module({})
export class TrustLedgerModule {
  static forRoot(options: TrustLedgerModuleOptions): DynamicModule {
    const { sequence } = options;
    const providers = [...appending(options), ...(sequence ? sequencing(options, sequence) : [])];
    const exports = [Ledger, LedgerLogs, ...(sequence ? [Sequencer, SequencerHealth] : [])];
    return { module: TrustLedgerModule, global: true, providers, exports };
  }
}
