import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { DmitryError } from '@dmitry/kit';
import { folderFault } from './folder-faults.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmitry-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));
const system = (code: string): Error => Object.assign(new Error('system'), { code });

describe('a fault while a data folder is opened', () => {
  it.each([
    ['ENOSPC', 'host.disk_full'],
    ['EDQUOT', 'host.disk_full'],
    ['EROFS', 'host.folder_unusable'],
    ['EACCES', 'host.folder_unusable'],
    ['ENOTDIR', 'host.folder_unusable'],
  ])('%s is told as %s, with the folder and the way out', (code, told) => {
    expect(folderFault(folder, system(code))).toMatchObject({ code: told });
    const wrapped = new DmitryError('storage.query_failed', 'no', { cause: system(code) });
    expect(String(folderFault(folder, wrapped))).toContain(folder);
    expect(folderFault(folder, wrapped)).toMatchObject({ code: told, message: expect.stringContaining('--home') });
  });

  it('that is none of the folder stays what it is', () => {
    for (const error of [
      new Error('other'),
      new DmitryError('config.invalid', 'x'),
      new DmitryError('storage.locked', 'x'),
    ])
      expect(folderFault(folder, error)).toBe(error);
  });

  it('of an embedded database that says nothing of the disk is told by whether the folder takes a file', () => {
    expect(folderFault(join(folder, 'keys.json', 'gone'), new Error('RuntimeError: unreachable'))).toBeInstanceOf(
      Error,
    );
    expect(folderFault('/proc/1', new Error('RuntimeError: unreachable'))).toMatchObject({
      message: expect.any(String),
    });
  });
});
