import { describe, expect, it } from '@jest/globals';
import { orchestratorFromEnvironment } from './from-environment.ts';
import { topicCreation } from './open-bus.ts';
import { killPointOf } from './kill-point.ts';

const env = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://dmitry:hush@db/dmitry',
  DMITRY_MASTER_KEY: '1'.repeat(64),
  KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092',
  REDIS_URL: 'redis://redis:6379/0',
  DMITRY_DEPLOYMENT: 'dmitry.example.com',
  DMITRY_PSEUDONYM_KEY: '2'.repeat(64),
  DMITRY_SIGNER_SEED: '3'.repeat(64),
  PLATFORM_URL: 'http://platform',
  PDRI_URL: 'http://pdri',
  AEGIS_URL: 'http://aegis',
  LLM_BASE_URL: 'offline',
  TENANT_TOPICS: 'security-events=acme,globex-events=globex',
};

describe('the orchestrator from the environment', () => {
  it('consumes the topics of its tenants, and nothing ends it in the middle of its work', () => {
    const { parts } = orchestratorFromEnvironment({ ...env, TENANT_ACCOUNTS: '123456789012=globex' });
    expect(parts.consume).toEqual({
      topics: ['security-events', 'globex-events'],
      group: 'dmitry',
      routing: {
        topics: { 'security-events': 'acme', 'globex-events': 'globex' },
        accounts: { '123456789012': 'globex' },
      },
    });
    expect(parts.killPoint).toBeUndefined();
    expect(parts.ledger.sequence).toEqual({ logOfLogs: true }); // nobody is asked for cosignatures
    expect(JSON.stringify(parts)).not.toContain('hush');
  });

  it('consumes a topic of several tenants, and leaves it to the accounts whose its events are', () => {
    const { parts } = orchestratorFromEnvironment({ ...env, TENANT_TOPICS: 'security-events=acme,cloudtrail=*' });
    expect(parts.consume.topics).toEqual(['security-events', 'cloudtrail']);
    expect(parts.consume.routing.topics).toEqual({ 'security-events': 'acme' });
  });

  it('keeps checkpoints outside the database where it is told a folder', () => {
    const { parts } = orchestratorFromEnvironment({ ...env, DMITRY_CHECKPOINT_DIR: '/var/lib/dmitry' });
    expect(parts.ledger).toHaveProperty('keeper');
  });

  it('refuses a kill point in production, and obeys one elsewhere', () => {
    const set = { ...env, DMITRY_KILL_POINT: 'run.after-call:2' };
    expect(() => orchestratorFromEnvironment(set)).toThrow(/DMITRY_KILL_POINT is set in production/);
    expect(orchestratorFromEnvironment({ ...set, NODE_ENV: 'test' }).parts.killPoint).toBeInstanceOf(Function);
  });

  it('names every topic pair that cannot be read', () => {
    expect(() => orchestratorFromEnvironment({ ...env, TENANT_TOPICS: 'security-events' })).toThrow(/TENANT_TOPICS/);
  });
});

describe('topics that are not there', () => {
  const given = { KAFKA_CREATE_TOPICS: true, KAFKA_TOPIC_PARTITIONS: 6 };

  it('are made only where that is said, in the shape that is said', () => {
    expect(topicCreation({ ...given, KAFKA_CREATE_TOPICS: false })).toEqual({});
    expect(topicCreation(given)).toEqual({ create: { partitions: 6 } });
    expect(topicCreation({ ...given, KAFKA_TOPIC_REPLICATION: 3 })).toEqual({ create: { partitions: 6, replicas: 3 } });
  });
});

describe('a kill point', () => {
  it('ends the process the counted time that it comes by, and once', () => {
    const ends: string[] = [];
    const point = killPointOf('run.after-call:2', () => void ends.push('end'));
    for (const name of ['run.after-call', 'run.in-dispatch', 'run.after-call', 'run.after-call']) void point(name);
    expect(ends).toEqual(['end']);
  });
});
