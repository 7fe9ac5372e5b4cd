import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { elementTexts } from './element-texts.ts';

describe('the elements of an array in a JSON text', () => {
  it('are found as they are written, whatever they hold and stands around them', () => {
    const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
    const layout = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(fc.array(value), value, value, layout, (records, before, after, indent) => {
        const text = JSON.stringify({ before: { records: before }, records, after }, null, indent);
        expect(elementTexts(text, 'records').map((each) => JSON.parse(each) as unknown)).toEqual(
          JSON.parse(JSON.stringify(records)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('keep what parsing would lose', () => {
    const text = String.raw`{"records" : [ 1.0, {"id":12345678901234567890, "id":1e400} ,"a\"]"], "more": [2]}`;
    expect(elementTexts(text, 'records')).toEqual([
      '1.0',
      '{"id":12345678901234567890, "id":1e400}',
      String.raw`"a\"]"`,
    ]);
  });

  it('are those of the member that counts, and none where it is no array', () => {
    expect(elementTexts('{"records":[1],"records":[2,3]}', 'records')).toEqual(['2', '3']);
    expect(elementTexts('{"records":[],"x":[1]}', 'records')).toEqual([]);
    expect(elementTexts('{"records":"[1]","x":[1]}', 'records')).toEqual([]);
    expect(elementTexts(String.raw`{"\u0072ecords":[1]}`, 'records')).toEqual(['1']);
  });
});
