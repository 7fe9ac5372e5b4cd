import { spawnSync } from 'node:child_process';
import { linkSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder, startOf } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dmitry-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const heldBy = (pid: number, started: string): void => {
  writeFileSync(join(folder, 'lock.7'), JSON.stringify({ pid, started }));
};
const locked = expect.objectContaining({ code: 'storage.locked' });

describe('the lock of a data folder', () => {
  it('is held by one opener at a time, and is free after release', () => {
    const release = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(locked);
    release();
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual(['lock.2']); // older locks and drafts are swept
  });

  it('names the process that holds it', () => {
    lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ context: { pid: process.pid } }));
  });

  it('passes from a process that died', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    heldBy(pid, '1');
    lockFolder(folder);
    expect(JSON.parse(readFileSync(join(folder, 'lock.8'), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('passes from a process whose id was given to another since', () => {
    heldBy(process.pid, 'earlier');
    expect(() => lockFolder(folder)).not.toThrow();
  });

  it('stays with a living process', () => {
    heldBy(process.pid, startOf(process.pid));
    expect(() => lockFolder(folder)).toThrow(locked);
  });

  it.each(['', '{}', '{"pid":"1"}'])('is free when it names nobody: %p', (content) => {
    writeFileSync(join(folder, 'lock.3'), content);
    expect(() => lockFolder(folder)).not.toThrow();
  });

  // two who find the same dead holder must not both win
  it('goes to the faster of two who find it free', () => {
    let rival: (() => void) | undefined;
    const slow = (from: string, to: string): void => {
      rival ??= lockFolder(folder);
      linkSync(from, to);
    };
    expect(() => lockFolder(folder, slow)).toThrow(locked);
    rival?.();
    expect(() => lockFolder(folder)).not.toThrow();
  });

  it('is not taken under a number that was used up meanwhile', () => {
    lockFolder(folder)();
    let overtaken = false;
    const slow = (from: string, to: string): void => {
      if (!overtaken) renameSync(join(folder, 'lock.1'), join(folder, 'lock.9')); // others came, went and swept
      overtaken = true;
      linkSync(from, to);
    };
    lockFolder(folder, slow);
    expect(readdirSync(folder)).toEqual(['lock.10']);
  });

  it.each(['linux', 'darwin', 'win32'] as const)('tells living from dead processes on %s', (platform) => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    expect(startOf(process.pid, platform)).not.toBe('');
    expect(startOf(pid, platform)).toBe('');
  });
});
