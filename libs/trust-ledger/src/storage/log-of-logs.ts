import { clearWork, type Database, listWork } from '@dmitry/storage';
import { checkpointDraft, type Ledger, LOG_OF_LOGS_TENANT, type SignedCheckpoint } from '../core/index.ts';
import type { DeploymentIdentity } from './deployment-identity.ts';
import { createLogReader } from './log-reader.ts';
import { LOG_OF_LOGS_WORK } from './published-work.ts';

export interface LogOfLogsOptions extends DeploymentIdentity {
  readonly database: Database;
  readonly ledger: Ledger;
}

/** Records the newest checkpoint of every log that has a new one, in the log of the tenant `_logs`. */
export interface LogOfLogs {
  /** One round is one session of that log. Several processes may do it; a head that two record stands there twice. @returns how many heads */
  round(): Promise<number>;
}

const RECORDER = { kind: 'system', name: 'log-of-logs' } as const;

export function createLogOfLogs(options: LogOfLogsOptions): LogOfLogs {
  const { database } = options;
  return {
    async round() {
      const items = await database.worker((tx) => listWork(tx, LOG_OF_LOGS_WORK));
      const heads: SignedCheckpoint[] = [];
      for (const { tenant } of items) heads.push(...(await newHead(options, tenant)));
      if (heads.length > 0) await record(options.ledger, heads);
      // Cleared only now: a crash before records heads twice, and loses none.
      if (items.length > 0)
        await database.worker(async (tx) => {
          for (const item of items) await clearWork(tx, item);
        });
      return heads.length;
    },
  };
}

/** The newest head of a log, unless it is recorded. The log of logs does not record itself: it would never come to rest. */
async function newHead({ ledger, ...options }: LogOfLogsOptions, tenant: string): Promise<SignedCheckpoint[]> {
  if (tenant === LOG_OF_LOGS_TENANT) return [];
  const head = await createLogReader({ ...options, tenant }).checkpoint();
  if (!head) return [];
  const [recorded] = await options.database.tenant(
    LOG_OF_LOGS_TENANT,
    (tx) => ledger.list(tx, { event: head.origin, newestFirst: true, limit: 1 }),
    { readOnly: true },
  );
  return recorded?.entry.facts['size'] === head.size ? [] : [head];
}

async function record(ledger: Ledger, heads: readonly SignedCheckpoint[]): Promise<void> {
  const session = await ledger.openSession(LOG_OF_LOGS_TENANT, RECORDER);
  await session.record(heads.map(checkpointDraft));
  await session.seal();
}
