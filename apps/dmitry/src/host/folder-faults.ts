import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DmitryError, isDmitryError } from '@dmitry/kit';

/** More than the holes that a full disk may still have. */
const PROBE_BYTES = 65_536;

/**
 * What a fault while a data folder is opened comes from, where that is the folder or its disk. An embedded database that cannot write says
 * so in many ways; whether the folder takes a file tells.
 */
export function folderFault(folder: string, error: unknown): unknown {
  const isTold = isDmitryError(error) && (error.code === 'storage.locked' || !error.code.startsWith('storage.'));
  if (isTold) return error;
  const code = codeOf(error) ?? codeOf((error as Error | undefined)?.cause) ?? probe(folder);
  return code === null ? error : FAULTS[code]?.(folder, error);
}

const full = (folder: string, cause: unknown): DmitryError =>
  new DmitryError(
    'host.disk_full',
    `the disk of ${folder} is full: free some of it, or give another folder with --home`,
    {
      cause,
    },
  );
const unusable = (folder: string, cause: unknown): DmitryError =>
  new DmitryError('host.folder_unusable', `the folder ${folder} cannot be written: give one of your own with --home`, {
    cause,
  });

const FAULTS: Readonly<Record<string, (folder: string, cause: unknown) => DmitryError>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: unusable,
  EPERM: unusable,
  EROFS: unusable,
  ENOENT: unusable, // what making a folder on a read-only file system says
  ENOTDIR: unusable,
  EEXIST: unusable,
  ENAMETOOLONG: unusable,
};

function codeOf(error: unknown): string | null {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && Object.hasOwn(FAULTS, code) ? code : null;
}

function probe(folder: string): string | null {
  const path = join(folder, `probe-${randomUUID()}`);
  try {
    writeFileSync(path, new Uint8Array(PROBE_BYTES), { flush: true });
    return null;
  } catch (error) {
    return codeOf(error);
  } finally {
    rmSync(path, { force: true });
  }
}
