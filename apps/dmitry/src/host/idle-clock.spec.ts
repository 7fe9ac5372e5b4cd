import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHttpClient } from '@dmitry/outbound/http';
import { SeededIds } from '@dmitry/kit/memory';
import { IdleClock } from './idle-clock.ts';

const START = 1_000_000;
const HOUR = 3_600_000;
let clock: IdleClock;
afterEach(() => clock.stop());

async function serverThatTakes(turns: number): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) => {
    const answer = (left: number): void => {
      if (left > 0) setImmediate(() => answer(left - 1));
      else response.setHeader('content-type', 'application/json').end('{}');
    };
    answer(turns);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as { port: number }).port}` };
}

describe('a clock that advances when idle', () => {
  it('goes straight to the next sleeper, however far away, each at its own time', async () => {
    clock = new IdleClock(START).begin();
    const woken: number[] = [];
    await Promise.all([HOUR, 5, 24 * HOUR].map((ms) => clock.sleep(ms).then(() => woken.push(clock.now() - START))));
    expect(woken).toEqual([5, HOUR, 24 * HOUR]);
  });

  it('stands still while a call of this process is under way', async () => {
    clock = new IdleClock(START).begin();
    const { server, url } = await serverThatTakes(2_000);
    const client = createHttpClient({ service: 'slow', baseUrl: url, clock, ids: new SeededIds(clock, 'idle') });
    const stopTicks = clock.every(1_000, () => undefined);
    const result = await client.operate({ method: 'GET', path: '/', operation: 'slow', kind: 'read' });
    expect([result.kind, clock.now()]).toEqual(['ok', START]);
    stopTicks();
    await client.close();
    server.close();
  });

  it('stands still while a file is read', async () => {
    clock = new IdleClock(START).begin();
    const stopTicks = clock.every(1, () => undefined);
    await readFile(import.meta.filename);
    const read = clock.now();
    stopTicks();
    expect(read - START).toBeLessThan(1_000);
  });

  it('moves no more once it is stopped', async () => {
    clock = new IdleClock(START).begin();
    await clock.stop();
    void clock.sleep(10);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(START);
  });
});
