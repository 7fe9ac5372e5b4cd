import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DmitryError } from '@dmitry/kit';

/** Who holds a folder: a process by id and start time, so that an id that was given out again is not mistaken for the holder. */
interface Holder {
  readonly pid: number;
  readonly started: string;
}

const PREFIX = 'lock.';

/** Makes a file that is there under another name, or fails when that name is taken: one of many callers wins. */
type Link = (from: string, to: string) => void;

/**
 * Takes the folder for this process. Locks are files `lock.<n>` of which the highest counts, made by linking (one of many wins):
 * a dead holder's lock is passed over by making the next one and never by deleting, so two who find it dead cannot both win.
 * @returns what gives the folder back
 * @throws DmitryError `storage.locked` when a living process holds it
 */
export function lockFolder(folder: string, link: Link = linkSync): () => void {
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `draft-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  try {
    const mine = take(folder, draft, link);
    return () => release(folder, mine);
  } finally {
    rmSync(draft, { force: true });
  }
}

function take(folder: string, draft: string, link: Link): number {
  for (;;) {
    const top = highest(folder);
    if (top > 0) refuseIfAlive(folder, top);
    const mine = top + 1;
    try {
      link(draft, pathOf(folder, mine));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue; // somebody else was faster: look again
      throw error;
    }
    if (highest(folder) > mine) {
      rmSync(pathOf(folder, mine), { force: true }); // the number had been used up while we looked
      continue;
    }
    for (const older of numbers(folder)) if (older < mine) rmSync(pathOf(folder, older), { force: true });
    return mine;
  }
}

/** The file stays as the highest number, but names nobody. Emptying takes no space, so that a full disk holds no lock. */
function release(folder: string, mine: number): void {
  truncateSync(pathOf(folder, mine));
}

function refuseIfAlive(folder: string, number: number): void {
  const holder = read(pathOf(folder, number));
  if (!holder || startOf(holder.pid) !== holder.started) return;
  throw new DmitryError(
    'storage.locked',
    `the data folder is in use by process ${holder.pid}: talk to that instance or stop it first`,
    {
      context: { pid: holder.pid },
      retryable: true,
    },
  );
}

function read(path: string): Holder | null {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return typeof value.pid === 'number' && typeof value.started === 'string'
      ? { pid: value.pid, started: value.started }
      : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

const pathOf = (folder: string, number: number): string => join(folder, `${PREFIX}${number}`);
const numbers = (folder: string): number[] =>
  readdirSync(folder)
    .filter((name) => /^lock\.\d+$/.test(name))
    .map((name) => Number(name.slice(PREFIX.length)));
const highest = (folder: string): number => Math.max(0, ...numbers(folder));

/** When a living process started, in whatever form this system tells; empty when there is none (a zombie holds nothing). */
export function startOf(pid: number, platform = process.platform): string {
  if (platform !== 'linux') return startByTool(pid, platform);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // proc(5): the name may hold anything, what follows it does not
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

function startByTool(pid: number, platform: string): string {
  try {
    if (platform === 'win32') process.kill(pid, 0);
    else return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return 'alive'; // Windows has no cheap way to ask for the start time
  } catch {
    return '';
  }
}
