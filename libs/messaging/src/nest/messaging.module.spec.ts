import { describe, expect, it } from '@jest/globals';
import type { HealthIndicator } from '@dmitry/health';
import { silentLogger } from '@dmitry/kit';
import { SeededIds } from '@dmitry/kit/memory';
import { KitModule } from '@dmitry/kit/nest';
import { SystemClock } from '@dmitry/kit/node';
import { Database } from '@dmitry/storage';
import { StorageModule } from '@dmitry/storage/nest';
import { openTestDatabase } from '@dmitry/storage/testing';
import { Test } from '@nestjs/testing';
import { DeadLetters, EventBus, Inbox, Offsets, Outbox, OutboxRelay } from '../core/index.ts';
import { MemoryEventBus } from '../memory/index.ts';
import { messagingMigrations } from '../storage/index.ts';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { TelemetryModule } from '@dmitry/telemetry/nest';
import { MessagingHealth, MessagingModule, OutboxHealth } from './index.ts';

const clock = new SystemClock();
const ids = new SeededIds(clock, 'messaging module');

const kit = KitModule.forRoot({ clock, ids, logger: silentLogger });

async function start(relay: boolean, metrics = new MemoryMetrics(), bus = new MemoryEventBus({ clock })) {
  const storage = StorageModule.forRoot({
    open: openTestDatabase,
    migrations: messagingMigrations,
    masterKey: ids.bytes(32),
  });
  const messaging = MessagingModule.forRoot({ open: () => Promise.resolve(bus), relay });
  const telemetry = TelemetryModule.forRoot({ metrics });
  const imports = [kit, telemetry, storage, messaging];
  return (await Test.createTestingModule({ imports }).compile()).init();
}

describe('MessagingModule', () => {
  it('brings what is enqueued to the bus by itself where a relay is wanted', async () => {
    const metrics = new MemoryMetrics();
    const app = await start(true, metrics);
    const arrived = Promise.withResolvers<string | null>();
    await app.get<EventBus>(EventBus).subscribe({
      group: 'g',
      topics: ['t'],
      onBatch: (batch) => Promise.resolve(arrived.resolve(batch.records[0]?.key ?? null)),
    });
    const outbox = app.get<Outbox>(Outbox);
    await app
      .get<Database>(Database)
      .tenant('a', (tx) => outbox.enqueue(tx, { topic: 't', key: 'k', value: new Uint8Array(0), headers: {} }));
    expect(await arrived.promise).toBe('k');
    expect(await app.get<HealthIndicator>(OutboxHealth).check(AbortSignal.timeout(1000))).toEqual({ up: true });
    await app.close();
    expect(metrics.value('messaging_records_published_total', { topic: 't' })).toBe(1);
    expect(metrics.value('messaging_records_consumed_total', { topic: 't' })).toBe(1);
  });

  it('gives the ports, and closes the bus before the database', async () => {
    const inner = new MemoryEventBus({ clock });
    const app = await start(false, new MemoryMetrics(), inner);
    for (const port of [Inbox, Offsets, DeadLetters, OutboxRelay]) expect(app.get(port)).toBeDefined();
    const health = app.get<HealthIndicator>(MessagingHealth);
    expect(await health.check(AbortSignal.timeout(1000))).toEqual({ up: true });
    const database = app.get<Database>(Database);
    const { close } = inner;
    let committed: unknown;
    inner.close = async () => {
      committed = await database.worker((tx) => tx.query('SELECT 1 AS one')); // the database still works
      await close.call(inner);
    };
    await app.close();
    expect(committed).toEqual([{ one: 1 }]);
    expect(await health.check(AbortSignal.timeout(1000))).toEqual({ up: false, detail: 'messaging.closed' });
  });
});
