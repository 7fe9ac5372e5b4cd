import { describe, expect, it } from '@jest/globals';
import { seed } from '@dmitry/kit/testing';
import fc from 'fast-check';
import { fromText, recordFromText } from './index.ts';

describe('fromText', () => {
  it.each([
    ['integer', '8765', 8765],
    ['number', '-0.5', -0.5],
    ['number', '1e3', 1000],
    ['integer', '0x10', '0x10'],
    ['integer', '', ''],
    ['integer', ' 1', ' 1'],
    ['number', 'Infinity', 'Infinity'],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['boolean', 'yes', 'yes'],
    ['boolean', '1', '1'],
    ['string', '1', '1'],
    [undefined, 'true', 'true'],
  ])('reads %s from %j as %j, guessing nothing', (type, text, value) => {
    expect(fromText(type === undefined ? undefined : { type }, text)).toBe(value);
  });

  it('reads lists by their items', () => {
    expect(fromText({ type: 'array', items: { type: 'integer' } }, '1, 2,x')).toEqual([1, 2, 'x']);
    expect(fromText({ type: 'array' }, '')).toEqual([]);
  });

  it('gives any number back that JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(fromText({ type: 'number' }, String(value))).toBe(Object.is(value, -0) ? 0 : value);
      }),
      { seed: seed(), numRuns: 200 },
    );
  });
});

describe('recordFromText', () => {
  it('reads each member by its property, repeated ones item by item, and leaves what no property names', () => {
    const schema = { properties: { n: { type: 'integer' }, list: { type: 'array', items: { type: 'integer' } } } };
    expect(recordFromText(schema, { n: '1', list: ['2', '3', 4], other: '5', odd: 6 })).toEqual({
      n: 1,
      list: [2, 3, 4],
      other: '5',
      odd: 6,
    });
    expect(recordFromText(undefined, { n: '1', many: ['2'] })).toEqual({ n: '1', many: ['2'] });
  });

  it('never reaches a prototype, whatever the names are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'toString', 'n'), fc.string()),
        (record) => {
          const out = recordFromText({ properties: { n: { type: 'integer' } } }, record);
          expect(Object.getPrototypeOf(out)).toBe(Object.prototype);
          expect(Object.keys(out).sort()).toEqual(Object.keys(record).sort());
        },
      ),
      { seed: seed(), numRuns: 100 },
    );
  });
});
