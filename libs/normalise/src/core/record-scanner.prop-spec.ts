import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRecords, RecordScanner, type ReadRecord } from './index.ts';

const object = fc
  .dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as object);

function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const marks = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return marks.slice(1).map((mark, at) => bytes.subarray(marks[at], mark));
}
async function read(text: string, cuts: readonly number[] = [], maxRecordChars?: number): Promise<ReadRecord[]> {
  const out: ReadRecord[] = [];
  const options = maxRecordChars === undefined ? {} : { maxRecordChars };
  for await (const record of readRecords(pieces(new TextEncoder().encode(text), cuts), options)) out.push(record);
  return out;
}
const expected = (values: readonly unknown[]) => values.map((value, index) => ({ index, value }));

describe('readRecords', () => {
  it('reads the same records from lines, an array, a Records container and a pretty array, wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (values, cuts) => {
          const lines = values.map((value) => JSON.stringify(value)).join('\n');
          expect(await read(lines, cuts)).toEqual(expected(values));
          expect(await read(JSON.stringify(values), cuts)).toEqual(expected(values));
          expect(await read(JSON.stringify(values, null, 2), cuts)).toEqual(expected(values));
          expect(await read(JSON.stringify({ Records: values }), cuts)).toEqual(expected(values));
        },
      ),
    );
  });

  it('reads one object over many lines as one record', async () => {
    await fc.assert(
      fc.asyncProperty(object, fc.array(fc.nat(), { maxLength: 3 }), async (value, cuts) => {
        expect(await read(JSON.stringify(value, null, 2), cuts)).toEqual(expected([value]));
      }),
    );
  });

  it('costs exactly the broken line, which uses up its number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.constantFrom('{"a":', '{"a":1,', 'x', '{"a', '}'),
        async (values, where, broken) => {
          const at = where % (values.length + 1);
          const lines = values.map((value) => JSON.stringify(value));
          const found = await read([...lines.slice(0, at), broken, ...lines.slice(at)].join('\n'));
          expect(found.map((record) => record.index)).toEqual(found.map((_, index) => index));
          expect(found.filter((record) => 'fault' in record)).toMatchObject([
            { index: at, fault: { code: 'normalise.malformed_json' } },
          ]);
          expect(
            found.filter((record) => 'value' in record).map((record) => ('value' in record ? record.value : null)),
          ).toEqual(values);
        },
      ),
    );
  });

  it('never throws on arbitrary bytes and numbers what it finds without gaps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), async (chunks) => {
        const found: ReadRecord[] = [];
        for await (const record of readRecords(chunks)) found.push(record);
        expect(found.map((record) => record.index)).toEqual(found.map((_, index) => index));
      }),
    );
  });
});

describe('RecordScanner', () => {
  const long = `{"a":"${'x'.repeat(200)}"}`;
  it.each([
    ['lines', `{"a":1}\n${long}\n{"b":2}\n`],
    ['array', `[{"a":1},${long},{"b":2}]`],
  ])('skips a record above the limit in %s with one fault and reads on, fed one character at a time', (_, text) => {
    const scanner = new RecordScanner(64);
    const found = [...Array.from(text).flatMap((char) => scanner.push(char)), ...scanner.end()];
    expect(found).toMatchObject([
      { index: 0, value: { a: 1 } },
      { index: 1, fault: { code: 'normalise.record_too_large' } },
      { index: 2, value: { b: 2 } },
    ]);
  });

  it('says once that a document above the limit is too large', () => {
    const scanner = new RecordScanner(64);
    const text = JSON.stringify({ a: 'x'.repeat(50), b: 'y'.repeat(50) }, null, 2);
    expect([...scanner.push(text), ...scanner.end()]).toMatchObject([
      { index: 0, fault: { code: 'normalise.record_too_large' } },
    ]);
  });

  it('reads lines after a first line that is cut off, even above the limit', () => {
    const scanner = new RecordScanner(64);
    const text = `{"a":{\n${'{"b":1}\n'.repeat(20)}`;
    const found = [...scanner.push(text), ...scanner.end()];
    expect(found).toHaveLength(21);
    expect(found[0]).toMatchObject({ index: 0, fault: { code: 'normalise.malformed_json' } });
  });

  it('reports an array that is cut off, after its whole items', () => {
    const scanner = new RecordScanner();
    expect([...scanner.push('[{"a":1},{"b":'), ...scanner.end()]).toMatchObject([
      { value: { a: 1 } },
      { index: 1, fault: { code: 'normalise.malformed_json' } },
    ]);
  });

  it('reads objects over many lines that follow one another, and numbers on from a given number', () => {
    const scanner = new RecordScanner(undefined, 7);
    const text = [{ a: { b: 1 } }, { c: [1] }].map((value) => JSON.stringify(value, null, 2)).join('\n');
    expect([...scanner.push(text), ...scanner.end()]).toEqual([
      { index: 7, value: { a: { b: 1 } } },
      { index: 8, value: { c: [1] } },
    ]);
    expect(scanner.nextIndex).toBe(9);
  });
});
