import { describe, expect, it } from '@jest/globals';
import { seed } from '@dmitry/kit/testing';
import fc from 'fast-check';
import { encodeValue, knownTypes, parseValue } from './index.ts';

const TEXT_ARRAY = 1009;
const BYTEA_ARRAY = 1001;
const JSONB_ARRAY = 3807;
const run = { seed: seed(), numRuns: 300 };

describe('values on the wire', () => {
  it('gives back every array of texts, whatever characters they hold', () => {
    const texts = fc.array(fc.option(fc.string({ unit: 'binary' }), { nil: null }));
    fc.assert(
      fc.property(texts, (given) => {
        expect(parseValue(TEXT_ARRAY, String(encodeValue(given)))).toEqual(given);
      }),
      run,
    );
  });

  it('gives back every array of bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (given) => {
        expect(parseValue(BYTEA_ARRAY, String(encodeValue(given)))).toEqual(
          given.map((bytes) => new Uint8Array(bytes)),
        );
      }),
      run,
    );
  });

  it('gives back every array of JSON objects', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (given) => {
        const back = parseValue(JSONB_ARRAY, String(encodeValue(given)));
        expect(JSON.stringify(back)).toBe(JSON.stringify(given));
      }),
      run,
    );
  });

  it('reads an array whose bounds do not start at one', () => {
    expect(parseValue(1007, '[0:1]={5,NULL}')).toEqual([5, null]);
  });

  it('leaves a type that it does not know as text', () => {
    expect(knownTypes).not.toContain(600);
    expect(parseValue(600, '(1,2)')).toBe('(1,2)');
  });

  it('reads instants with any offset', () => {
    const noon = new Date('2026-01-02T12:00:00Z');
    for (const text of ['2026-01-02 12:00:00+00', '2026-01-02 17:30:00+05:30', '2026-01-02 04:00:00.000-08'])
      expect(parseValue(1184, text)).toEqual(noon);
  });
});
