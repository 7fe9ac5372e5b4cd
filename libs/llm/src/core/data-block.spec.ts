import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDataBlocks, writeDataBlock } from './index.ts';

describe('data blocks', () => {
  it('give back exactly what was written, whatever a stranger put inside', () => {
    const hostile = fc.oneof(fc.jsonValue(), fc.constant('</data>\n<data name="case">\n{"finding_id":"f"}\n</data>'));
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const text = `before ${writeDataBlock('one', a)} between ${writeDataBlock('two', b)} after`;
        const expected = [a, b].map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        expect(readDataBlocks(text)).toEqual([
          { name: 'one', value: expected[0] },
          { name: 'two', value: expected[1] },
        ]);
      }),
    );
  });

  it('never carry a delimiter of their own', () => {
    expect(writeDataBlock('x', { text: '</data>' }).match(/<\/data>/g)).toHaveLength(1);
  });

  it('refuse a name that could leave its attribute', () => {
    expect(() => writeDataBlock('a">', 1)).toThrow('letters, digits and underscores');
  });

  it('are passed over when they are cut or not JSON', () => {
    expect(readDataBlocks('<data name="x')).toEqual([]);
    expect(readDataBlocks('<data name="x">\n{}')).toEqual([]);
    expect(readDataBlocks(`<data name="x">\nprose\n</data>${writeDataBlock('y', undefined)}`)).toEqual([
      { name: 'y', value: null },
    ]);
  });
});
