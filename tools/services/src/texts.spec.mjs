import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { javaMajor, kafkaConfig } from './kafka.mjs';
import { isReachable, postgresSettings } from './postgres.mjs';
import { redisConfig } from './redis.mjs';
import { exitCodeOf } from './run.mjs';

const settings = (text) =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/[= ](.*)/s)),
  );

describe('what a service is told', () => {
  it('durable means that PostgreSQL keeps what it has confirmed when the power goes, and fast does not', () => {
    const keys = ['fsync', 'synchronous_commit', 'full_page_writes'];
    const of = (profile) => settings(postgresSettings(profile, 5555).join('\n'));
    for (const key of keys) {
      expect(of('durable')[key]).toBe('on');
      expect(of('fast')[key]).toBe('off');
    }
  });

  it('every service listens on this machine alone', () => {
    expect(settings(postgresSettings('fast', 1).join('\n')).listen_addresses).toBe('127.0.0.1');
    expect(settings(redisConfig({ port: 1, password: 'p', folder: '/f' }))).toMatchObject({
      bind: '127.0.0.1',
      requirepass: 'p',
    });
    expect(settings(kafkaConfig({ broker: 9, controller: 8, data: '/d' })).listeners).toBe(
      'PLAINTEXT://127.0.0.1:9,CONTROLLER://127.0.0.1:8',
    );
  });

  it('Kafka makes no topic that nobody asked for', () => {
    expect(settings(kafkaConfig({ broker: 9, controller: 8, data: '/d' }))['auto.create.topics.enable']).toBe('false');
  });
});

describe('javaMajor', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_402"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ['command not found', 0],
  ])('reads %j as %d', (text, major) => {
    expect(javaMajor(text)).toBe(major);
  });
});

describe('isReachable', () => {
  it('is false below a folder that others may not enter', () => {
    const outer = mkdtempSync(join(tmpdir(), 'services-reach-'));
    mkdirSync(join(outer, 'inner'));
    chmodSync(outer, 0o755);
    expect(isReachable(join(outer, 'inner'))).toBe(true);
    chmodSync(outer, 0o700);
    expect(isReachable(join(outer, 'inner'))).toBe(false);
    rmSync(outer, { recursive: true });
  });
});

describe('exitCodeOf', () => {
  it('is the code of the command, or what a shell would say of its signal', () => {
    expect(exitCodeOf(3, null)).toBe(3);
    expect(exitCodeOf(null, 'SIGTERM')).toBe(143);
  });
});
