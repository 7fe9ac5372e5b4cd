import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { seed } from '@dmitry/kit/testing';
import fc from 'fast-check';
import { createDataKeys, createSealer } from './index.ts';

const ids = new SeededIds(new ManualClock(), 'sealer');
const sealer = createSealer(ids);
const key = { id: 'k', key: ids.bytes(32) };
const run = { seed: seed(), numRuns: 200 };

describe('the sealer', () => {
  it('opens what it sealed, 28 bytes longer, never twice the same', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (plain, aad) => {
        const sealed = sealer.seal(key, plain, aad);
        expect(sealed).toHaveLength(plain.length + 28);
        expect(sealer.open(key, sealed, aad)).toEqual(new Uint8Array(plain));
        expect(sealer.seal(key, plain, aad)).not.toEqual(sealed);
      }),
      run,
    );
  });

  // a flipped bit that opened would let whoever can write to the store choose what is read
  it('opens nothing of which a bit was changed or a byte cut off', () => {
    const refused = expect.objectContaining({ code: 'storage.unsealable' });
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), fc.integer({ min: 0, max: 7 }), (plain, at, bit) => {
        const sealed = sealer.seal(key, plain, 'place');
        const changed = sealed.slice();
        changed[at % sealed.length] = (changed[at % sealed.length] ?? 0) ^ (1 << bit);
        expect(() => sealer.open(key, changed, 'place')).toThrow(refused);
        expect(() => sealer.open(key, sealed.subarray(0, at % sealed.length), 'place')).toThrow(refused);
        expect(() => sealer.open(key, sealed, 'other place')).toThrow(refused);
      }),
      run,
    );
  });

  it('takes no master key of another length', () => {
    expect(() => createDataKeys({ ids, masterKey: new Uint8Array(16) })).toThrow(/32 bytes/);
  });
});
