import { describe, expect, it } from '@jest/globals';
import { DmitryError, isDmitryError, unreachable } from './index.ts';

describe('DmitryError', () => {
  it('shows its message to strangers unless something else is said', () => {
    expect(new DmitryError('a.b', 'words').publicDetail).toBe('words');
    expect(new DmitryError('a.b', 'words', { publicDetail: 'fewer' }).publicDetail).toBe('fewer');
  });

  it('is not retryable, loud and without context unless said otherwise', () => {
    expect(new DmitryError('a.b', 'x')).toMatchObject({ retryable: false, severity: 'error', context: {} });
    const said = new DmitryError('a.b', 'x', { retryable: true, severity: 'info', context: { n: 1 }, cause: 7 });
    expect(said).toMatchObject({ retryable: true, severity: 'info', context: { n: 1 }, cause: 7 });
  });

  it('is known by its brand and its code, never by the shape of what was thrown', () => {
    const error = new DmitryError('a.b', 'x');
    expect([isDmitryError(error), isDmitryError(error, 'a.b'), isDmitryError(error, 'a.c')]).toEqual([
      true,
      true,
      false,
    ]);
    for (const other of [null, undefined, 'a.b', { code: 'a.b', name: 'DmitryError' }, new Error('x')]) {
      expect(isDmitryError(other)).toBe(false);
    }
  });
});

describe('unreachable', () => {
  it('fails loudly when a value escapes the compiler', () => {
    expect(() => unreachable('surprise' as never)).toThrow('surprise');
  });
});
