import { describe, expect, it } from '@jest/globals';
import {
  assertNoOpenTransaction,
  currentRequest,
  inTransaction,
  isoTime,
  runInRequest,
  runInTransaction,
  silentLogger,
} from './index.ts';

describe('the scope of a request', () => {
  it('reaches everything that the request awaits, and nothing else', async () => {
    const scope = { requestId: 'r-1' };
    const inside = runInRequest(scope, async () => {
      await Promise.resolve();
      return currentRequest();
    });
    expect(currentRequest()).toBeUndefined();
    expect(await inside).toBe(scope);
  });
});

describe('an open transaction', () => {
  it('forbids calls that leave the process: a slow neighbour would hold our rows locked', async () => {
    await runInTransaction(async () => {
      await Promise.resolve();
      expect(() => assertNoOpenTransaction('a call')).toThrow(
        expect.objectContaining({ code: 'storage.transaction_open' }),
      );
    });
    expect(() => assertNoOpenTransaction('a call')).not.toThrow();
  });

  it('is over for work that outlives it in the same async context', async () => {
    const gate = Promise.withResolvers<void>();
    let later: Promise<boolean> | undefined;
    await runInTransaction(async () => {
      later = gate.promise.then(() => inTransaction());
    });
    gate.resolve();
    expect(await later).toBe(false);
  });

  it('is over after a rollback too', async () => {
    await expect(runInTransaction(() => Promise.reject(new Error('rolled back')))).rejects.toThrow('rolled back');
    expect(inTransaction()).toBe(false);
  });
});

describe('small parts', () => {
  it('prints RFC 3339 UTC with milliseconds', () => {
    expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z');
  });

  it('has a logger that says nothing, children included', () => {
    const logger = silentLogger.child({ a: 1 });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) expect(logger[level]('x')).toBeUndefined();
  });
});
