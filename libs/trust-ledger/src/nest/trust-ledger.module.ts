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
import { type CheckpointKeeper, createLogSigners, Ledger, LedgerLogs, Sequencer } from '../core/index.ts';
import {
  createLedger,
  createLedgerLogs,
  createSequencer,
  createSessionSweeper,
  type DeploymentIdentity,
  RepeatingWork,
  ROUND_LIMIT,
  sequencerHealth,
  type SqlSequencer,
} from '../storage/index.ts';

export interface TrustLedgerModuleOptions extends DeploymentIdentity {
  /** 32 bytes or more from which the signing key of every log is derived. */
  readonly signerSeed: Uint8Array;
  /** With it the process sequences logs and seals dead sessions; several processes may. Without it the process only appends and reads. */
  readonly sequence?: {
    /** Where the last checkpoints are kept, outside the database; a log that is behind its own takes no new sessions. */
    readonly keeper?: CheckpointKeeper;
    /** Pause between rounds: about how long a proof takes. @default 200 */
    readonly everyMs?: number;
    /** Pause between looks for dead sessions. @default 60,000 */
    readonly sweepEveryMs?: number;
    /** A session without an entry for this long is dead. @default 900,000 */
    readonly sessionIdleMs?: number;
  };
}

/** Token of the sequencer's health indicator, in processes that sequence. */
export const SequencerHealth = Symbol('SequencerHealth');
const Repeated = Symbol('RepeatedLedgerWork');

const DEFAULT_EVERY_MS = 200;
const DEFAULT_SWEEP_MS = 60_000;

type Stores = [Database, DataKeys, Sealer, Clock, IdSource];
const STORES = [Database, DataKeys, Sealer, Clock, IdSource];
const ledgerOptions = (
  { deployment, pseudonymKey }: DeploymentIdentity,
  [database, dataKeys, sealer, clock, ids]: Stores,
) => ({ deployment, pseudonymKey, database, dataKeys, sealer, clock, ids }) as const;

function appending(options: TrustLedgerModuleOptions): Provider[] {
  const signer = createLogSigners(options.signerSeed);
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

type Working = [SqlSequencer, Logger, ...Stores];

function sequencing(
  options: TrustLedgerModuleOptions,
  sequence: NonNullable<TrustLedgerModuleOptions['sequence']>,
): Provider[] {
  const { everyMs = DEFAULT_EVERY_MS, sweepEveryMs = DEFAULT_SWEEP_MS, sessionIdleMs, keeper } = sequence;
  const { deployment, pseudonymKey } = options;
  const signer = createLogSigners(options.signerSeed);
  const idle = sessionIdleMs === undefined ? {} : { idleMs: sessionIdleMs };
  return [
    {
      provide: Sequencer,
      inject: [Database, Leases, IdSource, Logger],
      useFactory: (database: Database, leases: Leases, ids: IdSource, logger: Logger): SqlSequencer =>
        createSequencer({
          deployment,
          pseudonymKey,
          signer,
          database,
          leases,
          logger,
          holder: ids.uuid(),
          ...(keeper && { keeper }),
        }),
    },
    { provide: SequencerHealth, inject: [Sequencer], useFactory: sequencerHealth },
    {
      provide: Repeated,
      inject: [Sequencer, Logger, ...STORES],
      useFactory: (...[sequencer, logger, ...stores]: Working): RepeatingWork[] => {
        const parts = ledgerOptions(options, stores);
        const sweeper = createSessionSweeper({ ...parts, logger, ...idle });
        const { clock } = parts;
        return [
          new RepeatingWork({ clock, logger, name: 'ledger.sequencer', everyMs, work: () => catchUp(sequencer) }),
          new RepeatingWork({
            clock,
            logger,
            name: 'ledger.sweeper',
            everyMs: sweepEveryMs,
            work: () => sweeper.sweep(),
          }),
        ];
      },
    },
    LedgerWork,
  ];
}

/** Rounds without a pause while a log has more than fits into one. */
async function catchUp(sequencer: SqlSequencer): Promise<void> {
  while ((await sequencer.round()) >= ROUND_LIMIT);
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
