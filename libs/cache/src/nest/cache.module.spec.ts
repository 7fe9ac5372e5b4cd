import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { HealthIndicator } from '@dmitry/health';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { KitModule } from '@dmitry/kit/nest';
import { Metrics } from '@dmitry/telemetry';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { Cache, openSealer, ValueSealer } from '../core/index.ts';
import { createMemoryCache } from '../memory/index.ts';
import { CacheIndicator, CacheModule, type CacheSurroundings } from './index.ts';

@Module({})
class Optional {}

const clock = new ManualClock();
const kit = KitModule.forRoot({ clock, ids: new SeededIds(clock, 'nest'), logger: silentLogger });
const optional = [
  { provide: Metrics, useValue: new MemoryMetrics() },
  { provide: ValueSealer, useValue: openSealer },
];
const optionally = (providers: readonly { provide: symbol; useValue: unknown }[]) => ({
  module: Optional,
  global: true,
  providers: [...providers],
  exports: providers.map(({ provide }) => provide),
});

describe('cache module', () => {
  it('opens the cache with what the application has, and closes it when it stops', async () => {
    for (const providers of [[], optional]) {
      let given: CacheSurroundings | undefined;
      let closed = 0;
      const open = (parts: CacheSurroundings): Cache => {
        given = parts;
        return Object.assign(createMemoryCache({ ...parts, clock }), { close: async () => void (closed += 1) });
      };
      const application = await Test.createTestingModule({
        imports: [kit, optionally(providers), CacheModule.forRoot({ open })],
      }).compile();
      const cache = application.get<Cache>(Cache);
      await cache.set({ tenant: 'acme', namespace: 'n', id: 1 }, 'x', { ttlMs: 1_000 });
      expect(await cache.get({ tenant: 'acme', namespace: 'n', id: 1 })).toMatchObject({ value: 'x' });
      expect(given?.sealer !== undefined && given.metrics !== undefined).toBe(providers.length > 0);
      const indicator = application.get<HealthIndicator>(CacheIndicator);
      expect([indicator.kind, await indicator.check(new AbortController().signal)]).toEqual([
        'neighbour',
        { up: true },
      ]);
      await application.close();
      expect(closed).toBe(1);
    }
  });
});
