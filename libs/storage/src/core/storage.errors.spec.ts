import { describe, expect, it } from '@jest/globals';
import { DmitryError } from '@dmitry/kit';
import { storageFault } from './index.ts';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

describe('faults of a driver', () => {
  it.each([
    ['40001', 'storage.contention', true],
    ['40P01', 'storage.contention', true],
    ['57014', 'storage.timeout', true],
    ['55P03', 'storage.timeout', true],
    ['08006', 'storage.unavailable', true],
    ['57P01', 'storage.unavailable', true],
    ['53300', 'storage.unavailable', true],
    ['ECONNREFUSED', 'storage.unavailable', true],
    ['ENOTFOUND', 'storage.unavailable', true],
    ['42501', 'storage.forbidden', false],
    ['23503', 'storage.conflict', false],
    ['42601', 'storage.query_failed', false],
  ])('%s is %s, retryable: %p', (sqlstate, code, retryable) => {
    expect(storageFault(coded(sqlstate))).toMatchObject({ code, retryable });
  });

  it.each(['Connection terminated unexpectedly', 'Query read timeout', 'timeout exceeded when trying to connect'])(
    'knows a lost session without a code: %s',
    (message) => {
      expect(storageFault(new Error(message))).toMatchObject({ code: 'storage.unavailable' });
    },
  );

  it('passes a coded fault as it is', () => {
    const fault = new DmitryError('x.y', 'z');
    expect(storageFault(fault)).toBe(fault);
  });

  it.each([null, 'text', 7, {}])('trusts no thrown shape: %p', (thrown) => {
    expect(storageFault(thrown)).toMatchObject({ code: 'storage.query_failed', cause: thrown });
  });
});
