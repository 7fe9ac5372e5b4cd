import { Clock, IdSource, Logger } from '@dmitry/kit';
import { Database, DataKeys, Leases, Sealer } from '@dmitry/storage';
import { Metrics } from '@dmitry/telemetry';
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
  type Cosigning,
  createCosigning,
  createLedger,
  createLedgerLogs,
  createSequencer,
  type DeploymentIdentity,
  LOG_OF_LOGS_WORK,
  measuredCosigning,
  measuredLedger,
  measuredSequencer,
  type RepeatingWork,
  sequencerHealth,
  type SqlSequencer,
  witnessHealth,
} from '../storage/index.ts';
import { repeatedWork } from './ledger-work.ts';
import type { SequenceOptions, TrustLedgerModuleOptions } from './trust-ledger.options.ts';

/** Token of the health indicators of processes that sequence: the sequencer, and the witnesses where any are asked. */
export const SequencerHealth = Symbol('SequencerHealth');
const Repeated = Symbol('RepeatedLedgerWork');
const Cosigner = Symbol('LedgerCosigning');

type Stores = [Database, DataKeys, Sealer, Clock, IdSource];
const STORES = [Database, DataKeys, Sealer, Clock, IdSource];
const ledgerOptions = (
  { deployment, pseudonymKey }: DeploymentIdentity,
  [database, dataKeys, sealer, clock, ids]: Stores,
) => ({ deployment, pseudonymKey, database, dataKeys, sealer, clock, ids }) as const;

/** Where nobody reads metrics, nothing is measured. */
const METRICS = { token: Metrics, optional: true };
type Measured = Metrics | undefined;

function appending(options: TrustLedgerModuleOptions): Provider[] {
  const signer = createLogSigners(options.signerSeed, options.retiringSeed);
  const { keeper } = options;
  return [
    {
      provide: Ledger,
      inject: [METRICS, ...STORES],
      useFactory: (metrics: Measured, ...stores: Stores) => {
        const ledger = createLedger({ ...ledgerOptions(options, stores), ...(keeper && { keeper }) });
        return metrics ? measuredLedger(ledger, { metrics, clock: stores[3] }) : ledger;
      },
    },
    {
      provide: LedgerLogs,
      inject: [Database],
      useFactory: (database: Database) => createLedgerLogs({ ...options, database, signer }),
    },
  ];
}

type Sequencing = [Measured, Database, Leases, Clock, IdSource, Logger];

function sequencerProvider(options: TrustLedgerModuleOptions, { cosigner, logOfLogs }: SequenceOptions): Provider {
  const { deployment, pseudonymKey, keeper } = options;
  const announce = [...(cosigner ? [COSIGN_WORK] : []), ...(logOfLogs ? [LOG_OF_LOGS_WORK] : [])];
  return {
    provide: Sequencer,
    inject: [METRICS, Database, Leases, Clock, IdSource, Logger],
    useFactory: (...[metrics, database, leases, clock, ids, logger]: Sequencing) => {
      const sequencer = createSequencer({
        deployment,
        pseudonymKey,
        signer: createDeploymentSigners({ ...options, nowMs: () => clock.now() }),
        database,
        leases,
        logger,
        holder: ids.uuid(),
        announce,
        ...(keeper && { keeper }),
      });
      return metrics ? measuredSequencer(sequencer, { metrics, clock }) : sequencer;
    },
  };
}

function cosigningProvider(options: TrustLedgerModuleOptions, { cosigner }: SequenceOptions): Provider {
  const { deployment, pseudonymKey } = options;
  return {
    provide: Cosigner,
    inject: [METRICS, Database, Clock, Logger],
    useFactory: (...[metrics, database, clock, logger]: [Measured, Database, Clock, Logger]) => {
      if (!cosigner) return null;
      const cosigning = createCosigning({ deployment, pseudonymKey, database, cosigner, logger });
      return metrics ? measuredCosigning(cosigning, { metrics, clock }) : cosigning;
    },
  };
}

type Working = [Measured, SqlSequencer, Cosigning | null, Ledger, Logger, ...Stores];

function sequencing(options: TrustLedgerModuleOptions, sequence: SequenceOptions): Provider[] {
  return [
    sequencerProvider(options, sequence),
    cosigningProvider(options, sequence),
    {
      provide: SequencerHealth,
      inject: [Sequencer, { token: Cosigner, optional: true }],
      useFactory: (sequencer: SqlSequencer, cosigning?: Cosigning) => [
        sequencerHealth(sequencer),
        ...(cosigning ? [witnessHealth(cosigning)] : []),
      ],
    },
    {
      provide: Repeated,
      inject: [METRICS, Sequencer, Cosigner, Ledger, Logger, ...STORES],
      useFactory: (...[metrics, sequencer, cosigning, ledger, logger, ...stores]: Working) => {
        const measuring = metrics ? { metrics, clock: stores[3] } : null;
        const parts = { sequence, sequencer, cosigning, ledger, logger, measuring };
        return repeatedWork({ ...parts, stores: ledgerOptions(options, stores) });
      },
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
