import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { identify, isAlive, launch, startedAt, startOf, stop, tail, waitFor } from './processes.mjs';

const folder = mkdtempSync(join(tmpdir(), 'services-processes-'));
const log = join(folder, 'log');
afterAll(() => rmSync(folder, { recursive: true }));

describe('startOf', () => {
  const stat = (name, state) => `12 (${name}) ${state} 1 12 12 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 987654 100 5`;

  it('finds the start also behind a name with spaces and parentheses', () => {
    expect(startOf(stat('a) b (c', 'S'))).toBe('987654');
  });

  it('counts a zombie as gone, so that nobody waits for it', () => {
    expect(startOf(stat('a', 'Z'))).toBeNull();
  });
});

describe('an identity', () => {
  it('is alive only with its start time: a number that was given away is not ours', () => {
    expect(isAlive(identify(process.pid))).toBe(true);
    expect(isAlive({ pid: process.pid, started: 'another time' })).toBe(false);
    expect(startedAt(2 ** 30)).toBeNull();
    expect(isAlive(identify(2 ** 30))).toBe(false);
  });
});

describe('launch and stop', () => {
  it('starts what outlives us, writes its words to the log, and ends it', async () => {
    const script = 'console.log("ready"); setInterval(() => {}, 1000)';
    const identity = launch([process.execPath, '-e', script], { log, cwd: folder });
    expect(await waitFor(() => tail(log) === 'ready', 20_000)).toBe(true);
    expect(isAlive(identity)).toBe(true);
    await stop(identity, 'SIGTERM');
    expect(isAlive(identity)).toBe(false);
    await stop(identity, 'SIGTERM'); // again is nothing
  });

  it('says so when there is nothing to start', () => {
    expect(() => launch([join(folder, 'absent')], { log, cwd: folder })).toThrow('cannot be started');
  });
});
