import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../core/index.ts';
import type { OpenDatabase } from './contract-schema.ts';

/** Expression → what it is given and what comes back: the same on every adapter. */
const ROUND_TRIPS: readonly (readonly [type: string, given: unknown, back: unknown])[] = [
  ['text', `it's "quoted" \\ {x} ü`, `it's "quoted" \\ {x} ü`],
  ['text', null, null],
  ['text', undefined, null],
  ['bigint', 9_007_199_254_740_993n, '9007199254740993'],
  ['bigint', 7, '7'],
  ['int', 7, 7],
  ['double precision', 0.1, 0.1],
  ['numeric', '1.50', '1.50'],
  ['boolean', false, false],
  ['bytea', new Uint8Array([0, 1, 255]), new Uint8Array([0, 1, 255])],
  ['bytea', new Uint8Array(0), new Uint8Array(0)],
  ['jsonb', { b: [1, null, { c: 'x' }] }, { b: [1, null, { c: 'x' }] }],
  ['jsonb', '[1, 2]', [1, 2]],
  ['json', 'null', null],
  ['timestamptz', new Date('2026-01-02T03:04:05.678Z'), new Date('2026-01-02T03:04:05.678Z')],
  ['timestamp', '2026-01-02 03:04:05', new Date('2026-01-02T03:04:05Z')],
  ['date', '2026-01-02', '2026-01-02'],
  ['uuid', '0198c0de-0000-7000-8000-000000000000', '0198c0de-0000-7000-8000-000000000000'],
  ['text[]', ['a', 'b,c', '"q"', '\\', '', '{}', 'NULL', null], ['a', 'b,c', '"q"', '\\', '', '{}', 'NULL', null]],
  ['text[]', [], []],
  [
    'int[]',
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['bigint[]', [1n, 2], ['1', '2']],
  ['bytea[]', [new Uint8Array([1, 92])], [new Uint8Array([1, 92])]],
  ['jsonb[]', [{ a: '"}' }, { b: [1] }], [{ a: '"}' }, { b: [1] }]],
  ['boolean[]', [true, false], [true, false]],
];

export function describeValuesContract(name: string, open: OpenDatabase): void {
  describe(`values: ${name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open([]);
    });
    afterAll(() => database.close());

    it.each(ROUND_TRIPS)('%s %p comes back as %p', async (type, given, back) => {
      const rows = await database.tenant('a', (tx) => tx.query(`SELECT $1::${type} AS value`, [given]));
      expect(rows).toEqual([{ value: back }]);
    });

    it('writes many rows by arrays in one statement', async () => {
      const rows = await database.tenant('a', (tx) =>
        tx.query('SELECT * FROM unnest($1::text[], $2::jsonb[], $3::bytea[]) AS t (id, body, raw)', [
          ['1', '2'],
          [{ n: 1 }, { n: 2 }],
          [new Uint8Array([1]), null],
        ]),
      );
      expect(rows).toEqual([
        { id: '1', body: { n: 1 }, raw: new Uint8Array([1]) },
        { id: '2', body: { n: 2 }, raw: null },
      ]);
    });
  });
}
