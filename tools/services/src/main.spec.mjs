import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const main = join(import.meta.dirname, 'main.mjs');
const given = { ...process.env, REDIS_URL: 'redis://given:1', DMITRY_REQUIRE_SERVICES: '1' };
const services = (...args) => spawnSync(process.execPath, [main, ...args], { env: given, encoding: 'utf8' });

describe('npm run services', () => {
  it('hands the command what is given, starts nothing for it, and ends with its code', () => {
    const script = 'console.log(process.env.REDIS_URL); process.exit(7)';
    const { stdout, status } = services('run', '--only=redis', '--', process.execPath, '-e', script);
    expect(stdout).toBe('redis://given:1\n');
    expect(status).toBe(7);
  });

  it('passes a signal on to the command and waits for its end', async () => {
    const script = 'process.on("SIGTERM", () => process.exit(3)); console.log("ready"); setInterval(() => {}, 1000)';
    const child = spawn(process.execPath, [main, 'run', '--only=redis', '--', process.execPath, '-e', script], {
      env: given,
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(3);
  });

  it('tells what is given, and prints no variable that it did not set', () => {
    expect(services('status', '--only=redis').stdout).toBe('redis     given    REDIS_URL is set\n');
    expect(services('env', '--only=redis').stdout).toBe('');
  });

  it('says how it is used when it cannot know what is meant', () => {
    const { status, stderr, stdout } = services('start');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Name a command: up, down, status, env, run.');
  });

  it('says that a command is not there, with the code of a shell', () => {
    const { status, stderr } = services('run', '--only=redis', '--', 'no-such-program');
    expect(status).toBe(127);
    expect(stderr).toContain('no-such-program: ENOENT');
  });
});
