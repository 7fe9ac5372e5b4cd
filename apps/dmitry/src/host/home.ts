import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWith } from '@dmitry/contracts';
import { DmitryError, type IdSource, type Mode, modeOf } from '@dmitry/kit';
import { type Static, Type } from 'typebox';

const Key = Type.String({ pattern: '^[0-9a-f]{64}$' });
const KeyFile = Type.Object({
  v: Type.Literal(1),
  deployment: Type.String({ minLength: 1 }),
  master_key: Key,
  pseudonym_key: Key,
  signer_seed: Key,
  /** The seed before, while the keys of the logs change. */
  retiring_signer_seed: Type.Optional(Key),
  token_secret: Key,
  approver_seed: Key,
});

const KEYS = 'keys.json';

/** Keys of one embedded installation, made when its folder is. */
export type HomeKeys = Static<typeof KeyFile>;

/** A data folder of the embedded mode: database, keys, checkpoints kept outside the database, and the running instance's address. */
export interface Home {
  readonly folder: string;
  readonly database: string;
  readonly checkpoints: string;
  readonly instance: string;
  readonly keys: HomeKeys;
}

/** Opens a data folder, or makes it. @throws DmitryError `host.home_invalid` when its key file is not readable as one */
export function openHome(folder: string, ids: IdSource): Home {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const checkpoints = join(folder, 'checkpoints');
  mkdirSync(checkpoints, { recursive: true, mode: 0o700 });
  return {
    folder,
    database: join(folder, 'database'),
    checkpoints,
    instance: join(folder, 'instance.json'),
    keys: keysOf(join(folder, KEYS), ids),
  };
}

/** The keys of a data folder that is there, or null. @throws DmitryError `host.home_invalid` */
export function existingKeys(folder: string): HomeKeys | null {
  const file = join(folder, KEYS);
  return existsSync(file) ? readKeys(file) : null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as not set. */
export const named = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value));

/** An environment in which every key that it does not name is the data folder's. */
export const withKeysOf = (keys: HomeKeys, env: Environment): Environment => ({
  DMITRY_DEPLOYMENT: keys.deployment,
  DMITRY_MASTER_KEY: keys.master_key,
  DMITRY_PSEUDONYM_KEY: keys.pseudonym_key,
  DMITRY_SIGNER_SEED: keys.signer_seed,
  DMITRY_RETIRING_SIGNER_SEED: keys.retiring_signer_seed,
  JWT_SECRET: keys.token_secret,
  ...named(env),
});

/** One process on a data folder of its own is for trying things out, unless it is said to be something else. */
export const hostModeOf = (env: Environment): Mode => (env['NODE_ENV'] ? modeOf(env) : 'development');

function keysOf(file: string, ids: IdSource): HomeKeys {
  if (existsSync(file)) return readKeys(file);
  const key = (): string => Buffer.from(ids.bytes(32)).toString('hex');
  const keys: HomeKeys = {
    v: 1,
    deployment: 'local.dmitry',
    master_key: key(),
    pseudonym_key: key(),
    signer_seed: key(),
    token_secret: key(),
    approver_seed: key(),
  };
  writeKeys(file, keys);
  return keys;
}

/** Replaces the keys of a data folder: whole or not at all. */
export const writeHomeKeys = ({ folder }: Home, keys: HomeKeys): void => writeKeys(join(folder, 'keys.json'), keys);

function writeKeys(file: string, keys: HomeKeys): void {
  writeFileSync(`${file}.new`, JSON.stringify(keys, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function readKeys(file: string): HomeKeys {
  const invalid = (why: string) =>
    new DmitryError(
      'host.home_invalid',
      `The key file of the data folder cannot be used (${why}): restore it, or take another folder with --home.`,
    );
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw invalid('it is not JSON');
  }
  const parsed = parseWith(KeyFile, value);
  if (!parsed.ok) throw invalid(parsed.faults.map(({ pointer }) => pointer || 'the whole').join(', '));
  return parsed.value;
}

/** The first `demo-N` below a folder that is not there yet. */
export function freshDemoFolder(root: string): string {
  for (let n = 1; ; n += 1) {
    const folder = join(root, `demo-${n}`);
    if (!existsSync(folder)) return folder;
  }
}
