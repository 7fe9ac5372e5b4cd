import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { standing } from './fleet.mjs';
import { apt, cached, cacheFolder, must, onPath } from './packages.mjs';
import { freePorts } from './ports.mjs';
import { orRemove, runFolder, startFirst } from './ways.mjs';

const context = { root: '/r', cache: '/c', profile: 'fast', env: {} };
const works = { folder: '/f', version: 'Redis 1', signal: 'SIGTERM', process: { pid: 1, started: '1' }, variables: {} };
const way = (name, answer) => ({ name, start: async () => answer() });
const fails = (why) => () => {
  throw new Error(why);
};

describe('startFirst', () => {
  it('takes the first way that works and says why the others did not', async () => {
    const ways = [way('package', fails('no pip')), way('system', () => works), way('apt', fails('never asked'))];
    const { started, failures } = await startFirst({ name: 'redis', variable: 'REDIS_URL', ways }, context);
    expect(started).toMatchObject({ name: 'redis', way: 'system', version: 'Redis 1', profile: 'fast' });
    expect(failures).toEqual(['package: no pip']);
  });

  it('names every way when none works', async () => {
    const ways = [way('package', fails('no java')), way('apt', fails('not root'))];
    const { started, failures } = await startFirst({ name: 'kafka', variable: 'KAFKA_BROKERS', ways }, context);
    expect(started).toBeNull();
    expect(failures).toEqual(['package: no java', 'apt: not root']);
  });
});

describe('standing', () => {
  const known = [
    { ...works, name: 'postgres', profile: 'fast' },
    { ...works, name: 'redis', profile: 'fast' },
  ];
  const is = (list) => Object.fromEntries(list.map(({ service, is }) => [service.name, is]));

  it('uses what is given before what runs, so that it is never stopped by us', () => {
    const list = standing(known, { REDIS_URL: 'redis://elsewhere' }, { only: ['redis', 'kafka'], alive: () => true });
    expect(is(list)).toEqual({ redis: 'given', kafka: 'absent' });
    expect(list[0]).not.toHaveProperty('started');
  });

  it('tells a dead one from one that never was', () => {
    expect(is(standing(known, {}, { only: ['redis', 'kafka'], alive: () => false }))).toEqual({
      redis: 'dead',
      kafka: 'absent',
    });
  });

  it('does not lend a fast server to who asked for a durable one', () => {
    const list = standing(known, {}, { only: ['postgres'], profile: 'durable', alive: () => true });
    expect(is(list)).toEqual({ postgres: 'absent' });
  });
});

describe('cached', () => {
  it('fills once, and leaves nothing behind when the filling fails', () => {
    const cache = mkdtempSync(join(tmpdir(), 'services-cache-'));
    expect(() => cached(cache, 'x-1', fails('no network'))).toThrow('no network');
    let filled = 0;
    const fill = (folder) => {
      filled += 1;
      writeFileSync(join(folder, 'file'), 'text');
    };
    expect(cached(cache, 'x-1', fill)).toBe(cached(cache, 'x-1', fill));
    expect(filled).toBe(1);
    expect(existsSync(join(cache, 'x-1', 'file'))).toBe(true);
    rmSync(cache, { recursive: true });
  });

  it('lives where XDG says, or below the home folder', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/x', HOME: '/h' })).toBe('/x/dmitry-services');
    expect(cacheFolder({ HOME: '/h' })).toBe('/h/.cache/dmitry-services');
  });
});

describe('helpers', () => {
  it('apt is never used on a person’s machine', () => {
    expect(() => apt(['redis-server'], {})).toThrow('only by root in CI');
  });

  it('a program that fails says its last line', () => {
    expect(() => must([process.execPath, '-e', 'console.error("first\\nlast"); process.exit(4)'])).toThrow(
      /ended with 4: last$/,
    );
    expect(() => must(['/no/such/program'])).toThrow('ENOENT');
    expect(must([process.execPath, '-p', '1'])).toBe('1\n');
  });

  it('finds a program on PATH or says that there is none', () => {
    expect(onPath('program', '')).toBeNull();
    expect(onPath('services.md', '/nowhere')).toBeNull();
  });

  it('free ports differ', async () => {
    expect(new Set(await freePorts(5)).size).toBe(5);
  });

  it('a start that fails leaves no folder behind', async () => {
    const folder = runFolder('spec');
    await expect(orRemove(folder, async () => fails('broken')())).rejects.toThrow('broken');
    expect(existsSync(folder)).toBe(false);
  });
});
