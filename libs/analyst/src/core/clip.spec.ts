import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '@dmitry/contracts';
import fc from 'fast-check';
import { clip } from './clip.ts';
import { entityRefOf, entityTypeOf } from './entity-names.ts';

const tiny = { maxItems: 2, maxText: 3, maxDepth: 2, maxNodes: 100 };

describe('clip', () => {
  it('cuts lists, members, texts and depth, and says that something is missing', () => {
    expect(clip({ list: [1, 2, 3], text: 'abcdef', third: 1 }, { ...tiny, maxText: 4 })).toEqual({
      value: { list: [1, 2], text: 'abcd…' },
      clipped: true,
    });
    expect(clip([[[1]]], tiny)).toEqual({ value: [['…']], clipped: true });
    expect(clip([1, [2]], { ...tiny, maxNodes: 3 })).toEqual({ value: [1, '…'], clipped: true });
  });

  it('leaves small values as they are', () => {
    expect(clip({ a: [1, null, true, 'x'] })).toEqual({ value: { a: [1, null, true, 'x'] }, clipped: false });
    expect(clip(undefined)).toEqual({ value: null, clipped: false });
  });

  it('always gives what the ledger can write: finite numbers, well-formed text, bounded depth', () => {
    expect(clip({ n: Infinity, s: '\ud800' }).value).toEqual({ n: null, s: '\ufffd' });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20, stringUnit: 'binary' }), (value) => {
        expect(() => canonicalJson(clip(value).value)).not.toThrow();
      }),
    );
  });
});

describe('entity names', () => {
  it('are whole names, whatever their case and separator; a part of a name decides nothing', () => {
    expect(['user', 'Data Store', 'S3', 'third-party', 'AI_TOOL', 'endpoint'].map(entityTypeOf)).toEqual([
      'identity',
      'data_store',
      'data_store',
      'external',
      'ai_tool',
      'api',
    ]);
    expect(['users are many', 'userx', ''].map(entityTypeOf)).toEqual([null, null, null]);
  });

  it('make an entity only together with an id', () => {
    expect(entityRefOf('host', 'web-1')).toEqual({ type: 'service', id: 'web-1' });
    expect([
      entityRefOf('host', ''),
      entityRefOf('host', 7),
      entityRefOf(null, 'x'),
      entityRefOf('planet', 'x'),
    ]).toEqual([null, null, null, null]);
  });
});
