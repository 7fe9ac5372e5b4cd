import { describe, expect, it, jest } from '@jest/globals';
import { DmitryError, runInRequest, Secret } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import { JsonLogger, type LogLevel } from './index.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';

function make(level: LogLevel = 'debug') {
  const written: string[] = [];
  const logger = new JsonLogger({
    clock: new ManualClock(0),
    level,
    fields: { service: 'x' },
    write: (line) => written.push(line),
  });
  return { logger, written, last: () => JSON.parse(written.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('a log line', () => {
  it('is one JSON object with time, level and event first, then the fields', () => {
    const { logger, written } = make();
    logger.info('finding_made', {
      count: 2n,
      when: new Date(0),
      bytes: new Uint8Array(3),
      none: null,
      gone: undefined,
      f: () => 1,
    });
    expect(written).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","event":"finding_made","service":"x","count":"2","when":"1970-01-01T00:00:00.000Z","bytes":"[3 bytes]","none":null}\n',
    ]);
  });

  it('names the request or job it belongs to', () => {
    const { logger, last } = make();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    runInRequest({ requestId: 'r-1', tenant: 'acme', traceparent }, () => logger.info('x'));
    expect(last()).toMatchObject({ request_id: 'r-1', tenant: 'acme', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' });
    runInRequest({ requestId: 'r-2' }, () => logger.warn('x'));
    expect(last()).toEqual({ time: expect.anything(), level: 'warn', event: 'x', service: 'x', request_id: 'r-2' });
  });

  it('cannot be forged by a field or a line break', () => {
    const { logger, written, last } = make();
    logger.error('x', { level: 'debug', time: 'never', event: 'y', text: 'a\n{"level":"error"}' });
    expect(written).toHaveLength(1);
    expect(written[0]?.trimEnd()).not.toContain('\n');
    expect(last()).toMatchObject({ level: 'error', event: 'x', time: '1970-01-01T00:00:00.000Z' });
  });

  it('is left out below the level', () => {
    const { logger, written } = make('warn');
    logger.debug('a');
    logger.info('b');
    logger.child({ part: 'y' }).warn('c');
    expect(written.map((line) => (JSON.parse(line) as { part: string }).part)).toEqual(['y']);
  });

  it('is written to standard error: standard output belongs to a command’s answer', () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    new JsonLogger({ clock: new ManualClock() }).info('x');
    const lines = write.mock.calls.length;
    write.mockRestore();
    expect(lines).toBe(1);
  });
});

describe('a secret', () => {
  it.each([
    'password',
    'dbPassword',
    'client_secret',
    'Authorization',
    'x-api-key',
    'apiKey',
    'accessToken',
    'refresh_token',
    'set-cookie',
    'privateKey',
    'DSN',
  ])('is not logged as %s', (name) => {
    const { logger, written } = make();
    logger.info('x', { deep: [{ [name]: 'hunter2' }] });
    expect(written[0]).not.toContain('hunter2');
  });

  it.each(['author', 'tokens_used', 'keyboard', 'monkey', 'secretary', 'key_id', 'tokenCount'])(
    'is not seen in %s',
    (name) => {
      const { logger, last } = make();
      logger.info('x', { [name]: 'plain' });
      expect(last()[name]).toBe('plain');
    },
  );

  it.each([
    `Authorization: Bearer ${TOKEN}`,
    `got ${TOKEN} from the caller`,
    'postgres://dmitry:hunter2@db.example:5432/x',
    'redis://:hunter2@cache.example',
    'Basic aHVudGVyMjpodW50ZXIy',
  ])('is not logged inside the text %s', (text) => {
    const { logger, written } = make();
    logger.error('x', { text, error: new Error(text) });
    expect(written[0]).not.toMatch(/hunter2|c2lnbmF0dXJl|aHVudGVy/);
  });

  it('stays sealed when it is a Secret', () => {
    const { logger, last } = make();
    logger.info('x', { config: { url: new Secret('hunter2') } });
    expect(JSON.stringify(last())).not.toContain('hunter2');
  });
});

describe('what a caller logs carelessly', () => {
  it('shows an error with its code, context and chain of causes', () => {
    const { logger, last } = make();
    const cause = new Error('disk full');
    logger.error('x', { error: new DmitryError('ledger.append_failed', 'no', { context: { log: 'a' }, cause }) });
    expect(last()['error']).toMatchObject({
      name: 'DmitryError',
      code: 'ledger.append_failed',
      message: 'no',
      context: { log: 'a' },
      cause: { name: 'Error', message: 'disk full' },
    });
  });

  it('never throws: cycles, broken dates, symbols, getters that fail', () => {
    const { logger, written } = make();
    const cycle: Record<string, unknown> = { at: new Date(Number.NaN), symbol: Symbol('x') };
    cycle['self'] = cycle;
    const trap = Object.defineProperty({}, 'boom', {
      enumerable: true,
      get: () => {
        throw new Error('trap');
      },
    });
    logger.info('cycle', { cycle });
    logger.info('trap', { trap });
    expect(written[0]).toContain('[deeper]');
    expect(JSON.parse(written[1] ?? '')).toMatchObject({ event: 'trap', log_fault: 'Error: trap' });
  });

  it('is cut where it is long', () => {
    const { logger, written } = make();
    logger.info('x', { text: 'y'.repeat(100_000), list: Array.from({ length: 10_000 }, () => 1) });
    expect(written[0]?.length).toBeLessThan(6000);
  });
});
