import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock, IdSource, Logger, silentLogger } from '@dmitry/kit';
import { SeededIds } from '@dmitry/kit/memory';
import { SystemClock } from '@dmitry/kit/node';
import type { OutboundClient } from '../core/index.ts';
import { startFaultyServer } from '../testing/index.ts';
import { OutboundModule } from './index.ts';

const PLATFORM = Symbol('platform');
const clock = new SystemClock();

@Module({})
class Surroundings {}

describe('outbound module', () => {
  it('gives a working client under its token and closes it when the application stops', async () => {
    const server = await startFaultyServer();
    server.script({ do: 'answer', status: 200, body: { up: true } });
    const providers = [
      { provide: Clock, useValue: clock },
      { provide: IdSource, useValue: new SeededIds(clock, 'nest') },
      { provide: Logger, useValue: silentLogger },
    ];
    const surroundings = {
      module: Surroundings,
      global: true,
      providers,
      exports: providers.map(({ provide }) => provide),
    };
    const outbound = OutboundModule.forRoot({
      clients: [{ token: PLATFORM, service: 'platform', baseUrl: server.url }],
    });
    const application = await Test.createTestingModule({ imports: [surroundings, outbound] }).compile();
    const client = application.get<OutboundClient>(PLATFORM);
    const probe = { method: 'GET', path: '/health', operation: 'health', kind: 'read' } as const;
    expect(await client.operate(probe)).toMatchObject({ kind: 'ok', body: { up: true } });
    await application.close();
    expect(await client.operate(probe)).toMatchObject({ kind: 'unavailable', reason: 'connect' });
    await server.close();
  });
});
