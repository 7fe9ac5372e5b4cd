import type { Run } from '@dmitry/contracts';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { CallRecorder } from '@dmitry/outbound';
import type { Database, Migration, Tx } from '@dmitry/storage';
import type { AppendedEntry, EntryDraft, Ledger, LedgerSession } from '@dmitry/trust-ledger';
import {
  type DispatchCheck,
  type JobDispatcher,
  type JobId,
  JobRunner,
  type RunEffect,
  RunWorker,
  type RunWorkerOptions,
} from '../src/core/index.ts';
import { SqlJobJournal, SqlRunStore, workflowMigrations } from '../src/storage/index.ts';
import { plannedRun } from '../src/testing/index.ts';
import { FakePlatform } from './fake-platform.ts';

/** The ledger's and the gate's rows, so that they commit and roll back with the state. */
export const worldMigrations: readonly Migration[] = [
  ...workflowMigrations,
  {
    id: 'world/0001-entries-and-settlements',
    sql: `
CREATE TABLE world_entry (tenant text NOT NULL, id text NOT NULL, type text NOT NULL, intent text, effect text, status text, PRIMARY KEY (tenant, id));
CREATE TABLE world_settled (tenant text NOT NULL, decision text NOT NULL, outcome text NOT NULL, PRIMARY KEY (tenant, decision));`,
    tenantTables: ['world_entry', 'world_settled'],
  },
];

/** Thrown at a kill point: nothing that the process would have done afterwards happens. */
export class Crash extends Error {}

/** What the gate says at dispatch; a test changes it. */
export type GateAnswer = Awaited<ReturnType<DispatchCheck['check']>>;
type NoDatabase = Omit<RunWorkerOptions, 'database' | 'runs' | 'ledger' | 'gate' | 'executor' | 'recorder' | 'clock'>;

/** Hands jobs over as often as it is told: 0 loses them, 2 doubles them. */
class WorldDispatcher implements JobDispatcher {
  copies: number[] = [];
  private work: (job: JobId) => Promise<void> = () => Promise.resolve();
  start = (work: (job: JobId) => Promise<void>): Promise<void> => Promise.resolve(void (this.work = work));
  close = (): Promise<void> => Promise.resolve();
  async enqueue(job: JobId): Promise<void> {
    const copies = this.copies.shift() ?? 1;
    await Promise.all(Array.from({ length: copies }, () => this.work(job)));
  }
}

/** One tenant's runs on a real database with everything outside it owned by the test. */
export class RunWorld {
  readonly clock = new ManualClock();
  readonly ids: SeededIds;
  readonly platform = new FakePlatform(this.clock);
  readonly dispatcher = new WorldDispatcher();
  readonly journal: SqlJobJournal;
  readonly runs: SqlRunStore;
  readonly runner: JobRunner;
  readonly finished: Run[] = [];
  /** Kill points by their place in the order in which they are reached. */
  crashAt = new Set<number>();
  reached: string[] = [];
  /** Called at each kill point: the place to let others work while this worker stands still. */
  onPoint: (name: string, place: number) => Promise<void> = () => Promise.resolve();
  gate: (() => GateAnswer) | null = null;
  sealed = 0;
  crashed = 0;

  constructor(
    private readonly database: Database,
    readonly tenant: string,
    options: NoDatabase = {},
  ) {
    this.ids = new SeededIds(this.clock, tenant);
    this.journal = new SqlJobJournal(database);
    this.runs = new SqlRunStore(this.journal, this.clock);
    const worker = new RunWorker({
      database,
      runs: this.runs,
      ledger: this.ledger(),
      gate: this.check(),
      executor: this.platform,
      recorder: () => ({}) as CallRecorder,
      clock: this.clock,
      killPoint: (name) => this.reach(name),
      onFinished: (_tx, run) => Promise.resolve(void this.finished.push(run)),
      ...options,
    });
    this.runner = new JobRunner({
      journal: this.journal,
      dispatcher: this.dispatcher,
      clock: this.clock,
      logger: silentLogger,
    });
    this.runner.handle('run', async (job) => {
      try {
        await worker.handle(job);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        this.crashed += 1; // the process is gone: its lease ends
      }
    });
  }

  async start(): Promise<this> {
    await this.dispatcher.start((job) => this.runner.work(job));
    return this;
  }

  async plan(name: string): Promise<Run> {
    return this.inTenant((tx) => this.runs.plan(tx, plannedRun(this.tenant, name), this.clock.now()));
  }

  inTenant<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenant(this.tenant, work);
  }

  /** Looks at the journal and moves time to the next job, by `stepMs` at least, until nothing is open or `limit` looks are over. */
  async settle(stepMs = 20_000, limit = 400): Promise<void> {
    for (let look = 0; look < limit; look++) {
      await this.runner.sweep();
      const { open, nextDueMs } = await this.journal.waiting();
      if (open === 0) return;
      await this.clock.advance(Math.max(stepMs, (nextDueMs ?? 0) - this.clock.now()));
    }
  }

  async effect(run: Run): Promise<RunEffect> {
    const locked = await this.inTenant((tx) => this.runs.lock(tx, run.id));
    if (!locked) throw new Error('no such run');
    return locked.effect;
  }

  /** `intent` and `outcome:<status>` of the effect, oldest first. */
  async entries(effectKey: string): Promise<string[]> {
    const rows = await this.inTenant((tx) =>
      tx.query<{ type: string; status: string | null }>(
        'SELECT type, status FROM world_entry WHERE effect = $1 ORDER BY id',
        [effectKey],
      ),
    );
    return rows.map(({ type, status }) => (status ? `${type}:${status}` : type));
  }

  async dangling(): Promise<number> {
    const rows = await this.inTenant((tx) =>
      tx.query(
        `SELECT 1 FROM world_entry i WHERE type = 'intent' AND NOT EXISTS (SELECT FROM world_entry o WHERE o.intent = i.id)`,
      ),
    );
    return rows.length;
  }

  async settled(run: Run): Promise<string[]> {
    const rows = await this.inTenant((tx) =>
      tx.query<{ outcome: string }>('SELECT outcome FROM world_settled WHERE decision = $1', [run.decision_id]),
    );
    return rows.map(({ outcome }) => outcome);
  }

  private async reach(name: string): Promise<void> {
    const place = this.reached.push(name) - 1;
    await this.onPoint(name, place);
    if (this.crashAt.has(place)) throw new Crash(name);
  }

  private check(): DispatchCheck {
    return {
      check: () =>
        Promise.resolve(this.gate?.() ?? { ok: true, notAfterMs: this.clock.now() + 3_600_000, approvals: [] }),
      settle: async (tx, decision, outcome) => {
        await tx.query('INSERT INTO world_settled (tenant, decision, outcome) VALUES ($1, $2, $3)', [
          tx.tenant,
          decision,
          outcome,
        ]);
      },
    };
  }

  private ledger(): Ledger {
    const session = (): Promise<LedgerSession> =>
      Promise.resolve({
        id: this.ids.uuid(),
        tenant: this.tenant,
        append: (tx: Tx, drafts: readonly EntryDraft[]) => Promise.all(drafts.map((draft) => this.append(tx, draft))),
        record: () => Promise.reject(new Error('not used')),
        seal: () => Promise.resolve(void (this.sealed += 1)),
      });
    return { openSession: session, origin: () => Promise.resolve(`test/${this.tenant}`) } as unknown as Ledger;
  }

  private async append(tx: Tx, draft: EntryDraft): Promise<AppendedEntry> {
    const id = this.ids.uuid();
    await tx.query(
      'INSERT INTO world_entry (tenant, id, type, intent, effect, status) VALUES ($1, $2, $3, $4, $5, $6)',
      [
        tx.tenant,
        id,
        draft.type,
        draft.refs?.intent ?? null,
        draft.lookups?.effect ?? null,
        draft.facts?.['status'] ?? null,
      ],
    );
    return { id } as AppendedEntry;
  }
}
