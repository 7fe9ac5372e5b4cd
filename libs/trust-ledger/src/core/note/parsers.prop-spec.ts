import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDmitryError } from '@dmitry/kit';
import { seed } from '@dmitry/kit/testing';
import { decodeEntryBundle, encodeEntryBundle } from '../tiles/entry-bundle.ts';
import { parseTilePath, tilePath } from '../tiles/tile-path.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { createLogSigner } from './log-signer.ts';
import { parseSignedNote } from './signed-note.ts';
import { parseTlogPolicy } from './tlog-policy.ts';
import { parseTlogProof } from './tlog-proof.ts';
import { parseVerifierKey } from './verifier-key.ts';

const run = { seed: seed(), numRuns: 300 };
const log = createLogSigner('ledger.example/abc', new Uint8Array(32).fill(1));
const note = log.sign({ origin: log.origin, size: 1, root: new Uint8Array(32) });

/** Nonsense, and things that are nearly right: pieces of the formats put together anyhow. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        'log ',
        log.verifierKey,
        'witness a ',
        'group g 1 a',
        'quorum ',
        'none',
        '\n',
        '\n\n',
        '— ',
        'a ',
        'AAAAAAA=',
        note,
        'index 0',
        'c2sp.org/tlog-proof@v1',
        '\t',
        '#',
        '+',
        '1',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
  fc.tuple(fc.nat(note.length), fc.string()).map(([at, cut]) => note.slice(0, at) + cut + note.slice(at + 1)),
);

const parsers = { parseSignedNote, parseCheckpoint, parseVerifierKey, parseTlogPolicy, parseTlogProof, parseTilePath };

describe('parsers of what others send', () => {
  it.each(Object.entries(parsers))('%s reads it or says with a code why not', (_, parse) => {
    fc.assert(
      fc.property(text, (input) => {
        try {
          parse(input);
        } catch (error) {
          expect(isDmitryError(error)).toBe(true);
        }
      }),
      run,
    );
  });

  it('read entry bundles of any bytes or say with a code why not, and what was written comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.uint8Array({ maxLength: 300 })), (bytes, entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries)).map((one) => [...one])).toEqual(
          entries.map((one) => [...one]),
        );
        try {
          expect(Buffer.from(encodeEntryBundle(decodeEntryBundle(bytes)))).toEqual(Buffer.from(bytes));
        } catch (error) {
          expect(isDmitryError(error, 'ledger.tile_invalid')).toBe(true);
        }
      }),
      run,
    );
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow(
      expect.objectContaining({ code: 'ledger.entry_too_large' }),
    );
  });

  it('find every tile by the one path that it has', () => {
    const level = fc.oneof(fc.nat(63), fc.constant('entries' as const));
    fc.assert(
      fc.property(level, fc.nat(), fc.integer({ min: 1, max: 256 }), (l, index, width) => {
        expect(parseTilePath(tilePath({ level: l, index, width }))).toEqual({ level: l, index, width });
      }),
      run,
    );
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    for (const path of [
      'tile/00/000',
      'tile/64/000',
      'tile/0/x000/001',
      'tile/0/001.p/256',
      'tile/0/001.p/0',
      'tile/0/1',
      '/tile/0/000',
      'tile/0/001/002',
    ])
      expect(() => parseTilePath(path)).toThrow(expect.objectContaining({ code: 'ledger.tile_invalid' }));
  });
});
