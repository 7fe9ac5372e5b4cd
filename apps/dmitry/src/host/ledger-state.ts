import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@dmitry/kit/config';
import type { Database } from '@dmitry/storage';
import { PgliteDatabase } from '@dmitry/storage/pglite';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { type CheckpointKeeper, createLogSigners, parseVerifierKey } from '@dmitry/trust-ledger';
import { ledgerConfig, ledgerOptionsOf } from '@dmitry/trust-ledger/nest';
import {
  createLedgerLogs,
  createLogReader,
  type DeploymentIdentity,
  trustLedgerMigrations,
} from '@dmitry/trust-ledger/storage';
import type { CommandContext } from '../cli/context.ts';
import { CallFault } from '../cli/faults.ts';
import type { OpenedLog } from '../cli/log-source.ts';
import { openHome, withKeysOf } from './home.ts';
import { keyConfig } from './key-config.ts';

/** What the ledger of a deployment stands on: PostgreSQL where DATABASE_URL names it, else the embedded data folder. */
export interface LedgerState {
  readonly name: string;
  readonly database: Database;
  readonly identity: DeploymentIdentity;
  readonly signerSeed: Uint8Array;
  /** Under which data keys are wrapped. */
  readonly masterKey: Uint8Array;
  readonly retiringSeed?: Uint8Array;
  /** Checkpoints outside the database, where the deployment keeps any. */
  readonly keeper?: CheckpointKeeper;
}

/**
 * Keys that the environment does not name are the data folder's, as for a process that serves.
 * @throws CallFault where there is neither database nor folder · DmitryError `config.invalid`, `storage.unavailable`, `storage.locked` while
 *   an instance has the data folder open
 */
export async function openLedgerState({ env: given, home: folder, io }: CommandContext): Promise<LedgerState> {
  const home = existsSync(join(folder, 'keys.json')) ? openHome(folder, io.ids) : null;
  const env = home ? withKeysOf(home.keys, { DMITRY_CHECKPOINT_DIR: home.checkpoints, ...given }) : given;
  const url = given['DATABASE_URL'];
  if (!home && !url)
    throw new CallFault(`${folder}: no data folder of ours, and DATABASE_URL is not set; give --home DIR`);
  const config = loadConfig([ledgerConfig, keyConfig], env);
  const { deployment, pseudonymKey, ...rest } = ledgerOptionsOf(config.ledger);
  const stores = { migrations: trustLedgerMigrations, clock: io.clock };
  return {
    name: url ? 'the database' : folder,
    database: url
      ? await PostgresDatabase.open({ url, ...stores })
      : await PgliteDatabase.open({ folder: home?.database ?? null, ...stores }),
    identity: { deployment, pseudonymKey },
    masterKey: Buffer.from(config.key.DMITRY_MASTER_KEY.reveal(), 'hex'),
    ...rest,
  };
}

/** One tenant's log out of the database. */
export async function openStateLog(
  context: CommandContext,
  tenant: string,
): Promise<OpenedLog & { kept(): Promise<string[]> }> {
  const { name, database, identity, keeper, ...seeds } = await openLedgerState(context);
  const reader = createLogReader({ ...identity, database, tenant });
  const signer = createLogSigners(seeds.signerSeed, seeds.retiringSeed);
  const logs = createLedgerLogs({ ...identity, database, signer });
  return {
    ...reader,
    name,
    verifierKeys: () => Promise.resolve(logs.verifierKeys(tenant).map(parseVerifierKey)),
    /** The last checkpoint kept outside the database, if one is. */
    kept: async () => {
      const last = await keeper?.last(reader.origin);
      return last ? [last.note] : [];
    },
    close: () => database.close(),
  };
}
