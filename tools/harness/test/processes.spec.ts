import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startProcess } from '../src/index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dmitry-processes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(text: string): string {
  const main = join(folder, `program-${Buffer.from(text).toString('base64url').slice(0, 24)}-${text.length}.mjs`);
  writeFileSync(main, text);
  return main;
}
const start = (text: string, readyMs = 20_000) =>
  startProcess({
    name: 'program',
    main: program(text),
    env: { GIVEN: 'yes', LEFT_OUT: undefined },
    ready: (line) => /^ready (.*)$/.exec(line)?.[1],
    readyMs,
  });

describe('startProcess', () => {
  it('gives the program only the environment of the suite, and what it said when it was ready', async () => {
    const running =
      await start(`console.error('ready ' + [process.env.GIVEN, 'LEFT_OUT' in process.env, 'JEST_WORKER_ID' in process.env]);
      setInterval(() => {}, 1000);`);
    expect(running.ready).toBe('yes,false,false');
    expect(running.alive()).toBe(true);
    expect(await running.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(running.alive()).toBe(false);
  }, 30_000);

  it('lets a program end itself when it is asked to', async () => {
    const running = await start(`process.once('SIGTERM', () => { console.log('bye'); process.exit(0); });
      console.log('ready 1'); setInterval(() => {}, 1000);`);
    expect(await running.stop()).toEqual({ code: 0, signal: null });
    expect(running.lines).toEqual(['ready 1', 'bye']);
  }, 30_000);

  it('kills a program that does not listen, and says so', async () => {
    const running = await start(
      `process.on('SIGTERM', () => {}); console.log('ready 1'); setInterval(() => {}, 1000);`,
    );
    await expect(running.stop(50)).rejects.toThrow(/program did not end within 50 ms/);
    expect(await running.exited).toEqual({ code: null, signal: 'SIGKILL' });
  }, 30_000);

  it('reports a program that ends instead of being ready, with what it wrote', async () => {
    await expect(start(`console.log('no configuration'); process.exit(3);`)).rejects.toThrow(
      /program ended with 3 before it was ready:\nno configuration/,
    );
  }, 30_000);

  it('does not wait for ever for a program that never is', async () => {
    await expect(start(`setInterval(() => {}, 1000);`, 100)).rejects.toThrow(/was not ready within 100 ms/);
  }, 30_000);
});

describe('eventually', () => {
  it('asks until there is an answer', async () => {
    let asked = 0;
    const answer = await eventually('an answer', () => ((asked += 1) < 3 ? null : asked), { everyMs: 1 });
    expect(answer).toBe(3);
  });

  it('names what did not come', async () => {
    await expect(eventually('a miracle', () => undefined, { withinMs: 5, everyMs: 1 })).rejects.toThrow(
      'a miracle: not within 5 ms',
    );
  });
});
