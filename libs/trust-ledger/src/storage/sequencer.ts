import { isDmitryError, type Logger } from '@dmitry/kit';
import { clearWork, type Database, type Lease, type Leases, listWork, type WorkItem } from '@dmitry/storage';
import type { CheckpointKeeper, LogSigner, Sequencer } from '../core/index.ts';
import type { DeploymentIdentity } from './deployment-identity.ts';
import { admitCurrent } from './kept-checkpoint.ts';
import { assignPlaces, readHead, readWaiting } from './log-head.ts';
import { createLogReader } from './log-reader.ts';
import { publish, signCommitted } from './publish-checkpoint.ts';
import { SEQUENCE_WORK } from './sql-entry-store.ts';
import { writeTiles } from './write-tiles.ts';

/** Moments of a round of one log, for tests that stop it there. */
export type SequencerStep = 'leased' | 'read' | 'assigned' | 'tiled' | 'signed' | 'published' | 'kept';

export interface SequencerOptions extends DeploymentIdentity {
  readonly database: Database;
  readonly leases: Leases;
  /** The signer of a log by its origin. */
  readonly signer: (origin: string) => LogSigner;
  readonly logger: Logger;
  /** Name of this process at this start; no two alike. */
  readonly holder: string;
  /** The last checkpoint outside the database: compared before a log is first touched, kept after each publication. */
  readonly keeper?: CheckpointKeeper;
  /** Kinds of work that each publication gives rise to: `COSIGN_WORK`, `LOG_OF_LOGS_WORK`. Somebody has to do them. @default none */
  readonly announce?: readonly string[];
  /** How long a silent holder keeps a log from others. @default 10,000 */
  readonly leaseMs?: number;
  /** Called between the steps of a round; what it throws ends the round there, as a crash would. */
  readonly onStep?: (step: SequencerStep, tenant: string) => void | Promise<void>;
}

/** Entries of a log that one round gives places. */
export const ROUND_LIMIT = 4_096;
const DEFAULT_LEASE_MS = 10_000;

export interface SqlSequencer extends Sequencer {
  /** Logs whose last round failed, with the fault: for health checks. Such a log is tried again each round and holds up no other. */
  faults(): ReadonlyMap<string, string>;
  /** Gives the leases back, so that another process need not wait for them to expire. */
  close(): Promise<void>;
}

export const createSequencer = (options: SequencerOptions): SqlSequencer => new DatabaseSequencer(options);

/** What came of a log's round. `idle` logs need not come back until they are signalled. */
interface RoundResult {
  readonly included: number;
  readonly idle: boolean;
}

class DatabaseSequencer implements SqlSequencer {
  private readonly leases = new Map<string, Lease>();
  private readonly admit: (tenant: string) => Promise<void>;
  private readonly failed = new Map<string, string>();

  constructor(private readonly options: SequencerOptions) {
    const { keeper } = options;
    const readerOf = (tenant: string) => createLogReader({ ...options, tenant });
    this.admit = keeper ? admitCurrent(readerOf, keeper) : () => Promise.resolve();
  }

  async round(): Promise<number> {
    const { database } = this.options;
    const items = await database.worker((tx) => listWork(tx, SEQUENCE_WORK));
    const done: WorkItem[] = [];
    let included = 0;
    for (const item of items) {
      const result = await this.guarded(item.tenant);
      included += result.included;
      if (result.idle) done.push(item);
      else await this.condense(item);
    }
    if (done.length > 0)
      await database.worker(async (tx) => {
        for (const item of done) await clearWork(tx, item);
      });
    return included;
  }

  faults(): ReadonlyMap<string, string> {
    return this.failed;
  }

  async close(): Promise<void> {
    for (const lease of this.leases.values()) await this.options.leases.release(lease);
    this.leases.clear();
  }

  /** One signal in place of many, at the end of the queue: a log that cannot be finished now must not fill the list that all are read from. */
  private async condense(item: WorkItem): Promise<void> {
    if (item.signals.length < 2) return;
    await this.options.database.tenant(item.tenant, (tx) => tx.signal(SEQUENCE_WORK));
    await this.options.database.worker((tx) => clearWork(tx, item));
  }

  /** One log's trouble is not the others'. */
  private async guarded(tenant: string): Promise<RoundResult> {
    try {
      const result = await this.log(tenant);
      this.failed.delete(tenant);
      return result;
    } catch (error) {
      const code = isDmitryError(error) ? error.code : 'internal.unexpected';
      this.failed.set(tenant, code);
      const fields = { tenant, code, message: (error as Error).message };
      if (code === 'ledger.fenced') this.options.logger.info('ledger.sequencer_fenced', fields);
      else this.options.logger.error('ledger.sequencer_failed', fields);
      return { included: 0, idle: false };
    }
  }

  private async log(tenant: string): Promise<RoundResult> {
    const { database, leases, holder, leaseMs = DEFAULT_LEASE_MS } = this.options;
    const lease = await leases.acquire(`ledger:${tenant}`, holder, leaseMs);
    if (!lease) return { included: 0, idle: false }; // another sequencer has it, and clears the signal
    this.leases.set(tenant, lease);
    await this.step('leased', tenant);
    await this.admit(tenant);
    const included = await this.assign(tenant, lease.fence);
    await database.tenant(tenant, (tx) => writeTiles(tx, lease.fence));
    await this.step('tiled', tenant);
    await this.sign(tenant, lease.fence);
    return { included, idle: included < ROUND_LIMIT };
  }

  /** (a) places, in one statement of its own: a sequencer that is suspended holds no lock that would keep another from taking over. */
  private async assign(tenant: string, fence: number): Promise<number> {
    const { database } = this.options;
    const { tree, waiting } = await database.tenant(tenant, async (tx) => ({
      tree: (await readHead(tx)).tree,
      waiting: await readWaiting(tx, ROUND_LIMIT),
    }));
    await this.step('read', tenant);
    if (waiting.serials.length === 0) return 0;
    await database.tenant(tenant, (tx) => assignPlaces(tx, fence, tree, waiting));
    await this.step('assigned', tenant);
    return waiting.serials.length;
  }

  /** (c) also what an earlier round committed and did not come to sign. */
  private async sign(tenant: string, fence: number): Promise<void> {
    const { database, keeper, announce = [] } = this.options;
    const checkpoint = await signCommitted(database, tenant, this.signerOf(tenant));
    if (!checkpoint) return;
    await this.step('signed', tenant);
    await database.tenant(tenant, async (tx) => {
      await publish(tx, fence, checkpoint);
      for (const kind of announce) await tx.signal(kind);
    });
    await this.step('published', tenant);
    await keeper?.keep(checkpoint);
    await this.step('kept', tenant);
  }

  private signerOf(tenant: string): LogSigner {
    return this.options.signer(createLogReader({ ...this.options, tenant }).origin);
  }

  private async step(step: SequencerStep, tenant: string): Promise<void> {
    await this.options.onStep?.(step, tenant);
  }
}
