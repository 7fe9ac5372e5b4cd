import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { logWriter } from './log-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmitry-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the log of a data folder', () => {
  it('grows by whole lines that only its owner reads', () => {
    const path = join(folder, 'dmitry.log');
    const write = logWriter(path);
    write('one\n');
    write('two\n');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('that takes no more lines stops nothing, and is complained of once until it takes them again', () => {
    const path = join(folder, 'blocked');
    mkdirSync(path);
    const complaints: string[] = [];
    const write = logWriter(path, (text) => complaints.push(text));
    write('lost\n');
    write('lost\n');
    expect(complaints).toEqual([expect.stringContaining('takes no more lines (EISDIR)')]);
    rmSync(path, { recursive: true });
    write('kept\n');
    expect(readFileSync(path, 'utf8')).toBe('kept\n');
  });
});
