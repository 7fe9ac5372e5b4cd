import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { HealthIndicator } from '@dmitry/health';
import { Clock, IdSource, Logger, silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { Metrics } from '@dmitry/telemetry';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { Cache, openSealer, ValueSealer } from '../core/index.ts';
import { createMemoryCache } from '../memory/index.ts';
import { CacheIndicator, CacheModule, type CacheSurroundings } from './index.ts';

@Module({})
class Surroundings {}

const clock = new ManualClock();
const needed = [
  { provide: Clock, useValue: clock },
  { provide: IdSource, useValue: new SeededIds(clock, 'nest') },
  { provide: Logger, useValue: silentLogger },
];
const optional = [
  { provide: Metrics, useValue: new MemoryMetrics() },
  { provide: ValueSealer, useValue: openSealer },
];
const surroundings = (providers: readonly { provide: symbol; useValue: unknown }[]) => ({
  module: Surroundings,
  global: true,
  providers: [...providers],
  exports: providers.map(({ provide }) => provide),
});

describe('cache module', () => {
  it('opens the cache with what the application has, and closes it when it stops', async () => {
    for (const providers of [needed, [...needed, ...optional]]) {
      let given: CacheSurroundings | undefined;
      let closed = 0;
      const open = (parts: CacheSurroundings): Cache => {
        given = parts;
        return Object.assign(createMemoryCache({ ...parts, clock }), { close: async () => void (closed += 1) });
      };
      const application = await Test.createTestingModule({
        imports: [surroundings(providers), CacheModule.forRoot({ open })],
      }).compile();
      const cache = application.get<Cache>(Cache);
      await cache.set({ tenant: 'acme', namespace: 'n', id: 1 }, 'x', { ttlMs: 1_000 });
      expect(await cache.get({ tenant: 'acme', namespace: 'n', id: 1 })).toMatchObject({ value: 'x' });
      expect(given?.sealer !== undefined && given.metrics !== undefined).toBe(providers.length > needed.length);
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
