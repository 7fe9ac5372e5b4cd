import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { silentLogger } from '@dmitry/kit';
import { SeededIds } from '@dmitry/kit/memory';
import { KitModule } from '@dmitry/kit/nest';
import { SystemClock } from '@dmitry/kit/node';
import type { OutboundClient } from '../core/index.ts';
import { startFaultyServer } from '../testing/index.ts';
import { OutboundModule } from './index.ts';

const PLATFORM = Symbol('platform');
const clock = new SystemClock();

describe('outbound module', () => {
  it('gives a working client under its token and closes it when the application stops', async () => {
    const server = await startFaultyServer();
    server.script({ do: 'answer', status: 200, body: { up: true } });
    const kit = KitModule.forRoot({ clock, ids: new SeededIds(clock, 'nest'), logger: silentLogger });
    const outbound = OutboundModule.forRoot({
      clients: [{ token: PLATFORM, service: 'platform', baseUrl: server.url }],
    });
    const application = await Test.createTestingModule({ imports: [kit, outbound] }).compile();
    const client = application.get<OutboundClient>(PLATFORM);
    const probe = { method: 'GET', path: '/health', operation: 'health', kind: 'read' } as const;
    expect(await client.operate(probe)).toMatchObject({ kind: 'ok', body: { up: true } });
    await application.close();
    expect(await client.operate(probe)).toMatchObject({ kind: 'unavailable', reason: 'connect' });
    await server.close();
  });
});
