import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWith } from '@dmitry/contracts';
import { DmitryError, type IdSource } from '@dmitry/kit';
import { type Static, Type } from 'typebox';

const Key = Type.String({ pattern: '^[0-9a-f]{64}$' });
const KeyFile = Type.Object({
  v: Type.Literal(1),
  deployment: Type.String({ minLength: 1 }),
  master_key: Key,
  pseudonym_key: Key,
  signer_seed: Key,
  token_secret: Key,
  approver_seed: Key,
});

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
    keys: keysOf(join(folder, 'keys.json'), ids),
  };
}

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
  writeFileSync(`${file}.new`, JSON.stringify(keys, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file); // whole or not at all
  return keys;
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
