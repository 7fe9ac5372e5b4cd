import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Batch } from '@dmitry/messaging';
import { OPERATOR_TENANT } from '@dmitry/contracts';
import { DmitryError } from '@dmitry/kit';
import { EventConsumer, EventRecorder } from '../src/core/index.ts';
import { exportEvent, openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.database.close());

const batchOf = (topic: string, values: readonly (string | object)[], first = 0): Batch => ({
  topic,
  partition: 0,
  records: values.map((value, at) => ({
    offset: String(first + at),
    key: null,
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    headers: { 'dmitry-record': String(at) },
    timestampMs: 0,
  })),
});
const routing = { topics: { 'acme-events': 'acme' }, accounts: { '111122223333': 'umbrella' } };
const letters = (tenant: string) =>
  world.database.tenant(tenant, (tx) => world.options.deadLetters.list(tx, { limit: 50 }));

describe('EventConsumer', () => {
  it('takes a batch, and goes on after it from the offsets in the database', async () => {
    const consumer = world.pipeline.consumer(routing, 'g1');
    expect(await consumer.startOffset('acme-events', 0)).toBeNull();
    await consumer.handle(batchOf('acme-events', [exportEvent(1), exportEvent(2)], 40));
    expect(await consumer.startOffset('acme-events', 0)).toBe('42');
    const events = await world.pipeline.reads.events('acme', { limit: 10 });
    expect(events.map(({ id }) => id).sort()).toEqual(['e-1', 'e-2']);
  });

  it('keeps what it cannot take as dead letters with their original bytes, and never loses the rest of the batch', async () => {
    const consumer = world.pipeline.consumer(routing, 'g2');
    const poison = ['{not json', { nothing: 'known' }, exportEvent(1, { data_volume_estimate: 5 }), exportEvent(30)];
    await consumer.handle(batchOf('acme-events', poison, 100));
    const found = await letters('acme');
    expect(found.map(({ code }) => code).sort()).toEqual([
      'messaging.inbox_conflict',
      'normalise.malformed_json',
      'normalise.not_recognised',
    ]);
    const bytes = await Promise.all(
      found.map(({ id }) => world.database.tenant('acme', (tx) => world.options.deadLetters.get(tx, id))),
    );
    expect(bytes.map((letter) => Buffer.from(letter?.value ?? []).toString())).toContain('{not json');
    expect(await consumer.startOffset('acme-events', 0)).toBe('104');
    expect((await world.pipeline.reads.event('acme', 'dlp', 'e-30')).id).toBe('e-30');
  });

  it('takes the tenant from configuration: the topic’s, which no account overrides, and on a shared topic the account’s (P7)', async () => {
    const consumer = world.pipeline.consumer(routing, 'g3');
    const trail = {
      eventVersion: '1.08',
      eventID: 'c-1',
      eventTime: '2026-03-01T10:00:00Z',
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateUser',
      awsRegion: 'us-east-1',
      recipientAccountId: '111122223333',
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/eve' },
    };
    const before = (await letters('acme')).length;
    await consumer.handle(
      batchOf('acme-events', [trail, exportEvent(50), exportEvent(51, { tenant_id: 'umbrella' })], 7),
    );
    expect(await world.pipeline.reads.events('umbrella', { limit: 10 })).toEqual([]);
    const refused = (await letters('acme')).filter(({ code }) => code === 'normalise.tenant_mismatch');
    expect([(await letters('acme')).length - before, refused.length]).toEqual([2, 2]);
    expect((await world.pipeline.reads.event('acme', 'dlp', 'e-50')).id).toBe('e-50');
    await consumer.handle(batchOf('shared', [trail, exportEvent(60)], 10));
    expect((await world.pipeline.reads.events('umbrella', { limit: 10 })).map(({ id }) => id)).toEqual(['c-1']);
    expect((await letters(OPERATOR_TENANT)).map(({ topic, offset }) => [topic, offset])).toEqual([['shared', '11']]);
    expect(await consumer.startOffset('shared', 0)).toBe('12');
  });

  it('takes text and numbers that RFC 8785 cannot carry, and nesting without end, without losing what stands beside them', async () => {
    const consumer = world.pipeline.consumer(routing, 'g6');
    const whole = JSON.stringify(exportEvent(90)).slice(0, -1);
    const nasty = [
      `${whole.replace('"e-90"', '"e-91"')},"metadata":{"agent":"\\ud800"}}`,
      `${whole.replace('"e-90"', '"e-92"')},"metadata":{"big":1e999}}`,
      `${whole.replace('"e-90"', '"e-93"')},"metadata":{"deep":${'['.repeat(900)}${']'.repeat(900)}}}`,
    ];
    await consumer.handle(batchOf('acme-events', [exportEvent(94), ...nasty, exportEvent(95)], 1_000));
    expect(await consumer.startOffset('acme-events', 0)).toBe('1005');
    for (const n of [91, 92, 93, 94, 95])
      expect(await world.pipeline.reads.event('acme', 'dlp', `e-${n}`)).toMatchObject({ id: `e-${n}` });
    const http = await world.pipeline.recorder.record(
      'acme',
      nasty.map((text) => ({ record: JSON.parse(text) as unknown })),
    );
    expect(http.map(({ status }) => status)).toEqual(['duplicate', 'duplicate', 'duplicate']);
  });

  it('makes a dead letter of a record that nothing can store, and stores the rest of its batch', async () => {
    const { fold } = world.options.correlator;
    const poisoned = { ...world.options.correlator };
    poisoned.fold = (tx, events) => {
      if (events.some(({ id }) => id === 'e-101')) throw new TypeError('no rule foresaw this');
      return fold(tx, events);
    };
    const options = { ...world.options, correlator: poisoned };
    const consumer = new EventConsumer(options, new EventRecorder(options), routing, 'g7');
    await consumer.handle(batchOf('acme-events', [exportEvent(100), exportEvent(101), exportEvent(102)], 2_000));
    expect(await consumer.startOffset('acme-events', 0)).toBe('2003');
    expect((await letters('acme')).map(({ offset, code }) => [offset, code])).toContainEqual([
      '2001',
      'internal.unexpected',
    ]);
    for (const n of [100, 102]) expect((await world.pipeline.reads.event('acme', 'dlp', `e-${n}`)).id).toBe(`e-${n}`);
    await expect(world.pipeline.reads.event('acme', 'dlp', 'e-101')).rejects.toMatchObject({
      code: 'request.not_found',
    });
  });

  it('keeps a batch while a store is away: nothing becomes a dead letter for that', async () => {
    const away = new DmitryError('storage.unavailable', 'away', { retryable: true });
    const options = { ...world.options, inbox: { ...world.options.inbox, acceptAll: () => Promise.reject(away) } };
    const consumer = new EventConsumer(options, new EventRecorder(options), routing, 'g8');
    const before = await letters('acme');
    await expect(consumer.handle(batchOf('acme-events', [exportEvent(110)], 3_000))).rejects.toBe(away);
    expect(await letters('acme')).toEqual(before);
    expect(await consumer.startOffset('acme-events', 0)).toBeNull();
  });

  it('and events over HTTP are the same events: either way the second is a duplicate', async () => {
    const consumer = world.pipeline.consumer(routing, 'g5');
    await consumer.handle(batchOf('acme-events', [exportEvent(80)], 900));
    const http = (n: number) => world.pipeline.recorder.record('acme', [{ record: exportEvent(n) }]);
    expect(await http(80)).toMatchObject([{ status: 'duplicate' }]);
    expect(await http(81)).toMatchObject([{ status: 'accepted' }]);
    await consumer.handle(batchOf('acme-events', [exportEvent(81)], 901));
    const seen = (await world.pipeline.reads.events('acme', { limit: 50 })).map(({ id }) => id);
    expect(seen.filter((id) => id === 'e-81')).toHaveLength(1);
  });

  it('does not move on when the batch cannot be stored', async () => {
    const consumer = world.pipeline.consumer(routing, 'g4');
    world.script.killAt = 'consume.after-record';
    await expect(consumer.handle(batchOf('acme-events', [exportEvent(70)], 500))).rejects.toThrow('killed');
    world.script.killAt = null;
    await consumer.handle(batchOf('acme-events', [exportEvent(70)], 500));
    const seen = (await world.pipeline.reads.events('acme', { limit: 50 })).filter(({ id }) => id === 'e-70');
    expect(seen).toHaveLength(1);
  });
});
