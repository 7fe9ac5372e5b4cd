import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { HealthIndicator } from '@dmitry/health';
import { ManualClock } from '@dmitry/kit/memory';
import type { RateLimitStore } from '../core/index.ts';
import { createMemoryRateLimitStore } from '../memory/index.ts';
import { RateLimit, RateLimitIndicator, RateLimitModule, RateLimitWeight } from './index.ts';

const perUser = { policy: { name: 'user', limit: 2, windowMs: 60_000 }, by: 'user' };

@Controller()
@RateLimit(perUser)
class Limited {
  @Get('plain')
  plain(): string {
    return 'ok';
  }

  @Get('dear')
  @RateLimit({ ...perUser, cost: 2 }, { policy: { name: 'tenant', limit: 100, windowMs: 60_000 }, by: 'tenant' })
  dear(): string {
    return 'ok';
  }

  @Get('free')
  @RateLimit()
  free(): string {
    return 'ok';
  }

  @Get('wrong')
  @RateLimit({ ...perUser, by: 'nobody' })
  wrong(): string {
    return 'ok';
  }
}

@Controller('usual')
class Usual {
  @Get('plain')
  plain(): string {
    return 'ok';
  }

  @Get('heavy')
  @RateLimitWeight(2)
  heavy(): string {
    return 'ok';
  }
}

let requests = 0;
const subjectOf = (request: unknown) => {
  const user = (request as { headers: Record<string, string> }).headers['x-user'];
  if (user === 'nobody') return null;
  return { tenant: 'acme', requestId: `r-${(requests += 1)}`, keys: { tenant: 'acme', user: String(user) } };
};

describe('rate limit module', () => {
  let application: NestFastifyApplication;
  afterEach(() => application.close());

  const start = async (store: RateLimitStore = createMemoryRateLimitStore(new ManualClock())): Promise<void> => {
    const imports = [RateLimitModule.forRoot({ open: async () => store, subjectOf, usual: [perUser] })];
    const module = await Test.createTestingModule({ imports, controllers: [Limited, Usual] }).compile();
    application = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    await application.init();
  };
  const get = async (url: string, user = 'alice') =>
    application.inject({ method: 'GET', url, headers: { 'x-user': user } });

  it('limits each holder by itself and tells where the limits stand', async () => {
    await start();
    const first = await get('/plain');
    expect([first.statusCode, first.headers['ratelimit-policy'], first.headers['ratelimit']]).toEqual([
      200,
      '"user";q=2;w=60',
      '"user";r=1;t=30',
    ]);
    await get('/plain');
    const third = await get('/plain');
    expect([third.statusCode, third.headers['retry-after']]).toEqual([500, '30']); // the edge's filter makes it 429
    expect((await get('/plain', 'bob')).statusCode).toBe(200);
  });

  it('lets a route replace the limits of its controller, or have none', async () => {
    await start();
    expect((await get('/dear')).headers['ratelimit']).toBe('"user";r=0;t=60, "tenant";r=99;t=1');
    expect((await get('/dear')).statusCode).toBe(500);
    const free = await get('/free');
    expect([free.statusCode, free.headers['ratelimit']]).toEqual([200, undefined]);
  });

  it('holds routes that declare nothing to the usual limits, by their weight, and nobody who is not known', async () => {
    await start();
    expect((await get('/usual/plain')).headers['ratelimit']).toBe('"user";r=1;t=30');
    expect((await get('/usual/heavy')).statusCode).toBe(500);
    expect((await get('/usual/heavy', 'bob')).headers['ratelimit']).toBe('"user";r=0;t=60');
    const unknown = await get('/usual/heavy', 'nobody');
    expect([unknown.statusCode, unknown.headers['ratelimit']]).toEqual([200, undefined]);
  });

  it('denies when the store is down, and when a route names a holder that there is not', async () => {
    const down: RateLimitStore = {
      consume: async () => ({ kind: 'unavailable', code: 'ratelimit.store_unavailable' }),
      ping: async () => false,
      close: async () => undefined,
    };
    await start(down);
    expect((await get('/plain')).statusCode).toBe(500);
    expect((await get('/wrong')).statusCode).toBe(500);
    const indicator = application.get<HealthIndicator>(RateLimitIndicator);
    expect([indicator.kind, await indicator.check(new AbortController().signal)]).toEqual(['own', { up: false }]);
  });
});
