import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jest } from '@jest/globals';
import { type Database, type Migration, schemaFingerprint } from '../core/index.ts';
import { PgliteDatabase } from '../pglite/index.ts';

// the first database of a machine takes seconds to make, more than a hook is given by default
jest.setTimeout(60_000);

/**
 * A database of its own in memory, with the schema of `migrations`. What was made once on a machine leaves a snapshot in the system's
 * folder for temporary files, from which the next one starts in a fraction of a second. Close it in `afterAll`.
 */
export async function openTestDatabase(migrations: readonly Migration[]): Promise<Database> {
  const known = readSnapshot(migrations);
  if (known) return PgliteDatabase.open({ folder: null, migrations, snapshot: known });
  const base = migrations.length > 0 ? await baseSnapshot() : undefined;
  const database = await PgliteDatabase.open({ folder: null, migrations, ...(base ? { snapshot: base } : {}) });
  await keepSnapshot(migrations, database);
  return database;
}

/** The snapshot that every schema starts from: storage's own tables. */
async function baseSnapshot(): Promise<Uint8Array> {
  const known = readSnapshot([]);
  if (known) return known;
  const database = await PgliteDatabase.open({ folder: null, migrations: [] });
  try {
    return await keepSnapshot([], database);
  } finally {
    await database.close();
  }
}

function readSnapshot(migrations: readonly Migration[]): Uint8Array | null {
  const path = pathOf(migrations);
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : null;
}

async function keepSnapshot(migrations: readonly Migration[], database: PgliteDatabase): Promise<Uint8Array> {
  const path = pathOf(migrations);
  const draft = `${path}.${randomUUID()}`;
  const snapshot = await database.snapshot();
  writeFileSync(draft, snapshot);
  renameSync(draft, path); // whole or not at all, whoever else makes the same
  sweep();
  return snapshot;
}

const PREFIX = 'dmitry-pglite-';
const OLD_MS = 7 * 24 * 60 * 60 * 1000;

/** Schemas change while they are worked on: what was made of them goes after a week. */
function sweep(): void {
  const folder = tmpdir();
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(folder, name);
    const madeMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - madeMs > OLD_MS) rmSync(path, { force: true });
  }
}

const pathOf = (migrations: readonly Migration[]): string => join(tmpdir(), `${PREFIX}${keyOf(migrations)}.tgz`);

function keyOf(migrations: readonly Migration[]): string {
  const door = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { version } = JSON.parse(readFileSync(join(dirname(dirname(door)), 'package.json'), 'utf8')) as {
    version: string;
  };
  return createHash('sha256')
    .update(`${version} ${schemaFingerprint(migrations)}`)
    .digest('hex')
    .slice(0, 32);
}
