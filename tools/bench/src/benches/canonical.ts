import { canonicalJson, digestOf } from '@dmitry/contracts';
import { atLeast, type Bench, type Case, interleaved, ratioOf, reportOf, shown } from '../bench.ts';
import { randomValue, referenceCanonical } from '../reference-canonical.ts';
import { sample } from '../sample.ts';

const VALUES = 1_000;
const SEED = 20_261_125;

const digest = (...of: unknown[]): string => digestOf(of);

/** Entries of a ledger and normalised events, no two alike, in the member order in which code makes them. */
const corpus = (): unknown[] =>
  Array.from({ length: VALUES }, (_, n) => ({
    v: 1,
    id: digest('id', n).slice(0, 36),
    tenant: digest('tenant'),
    type: 'intent',
    time: '2026-11-25T09:00:00.000Z',
    session: { id: digest('session', n % 50).slice(0, 36), seq: n },
    actor: { kind: 'service', pseudonym: digest('actor') },
    refs: {},
    facts: { service: 'pdri', operation: 'risk.get', effect: 'read', score: n / 7 },
    commitments: Object.fromEntries(
      ['action_digest', 'effect_key', 'finding', 'run', 'target', 'operation'].map((field) => [
        field,
        digest(field, n),
      ]),
    ),
    payload: [1, 2].map((part) => ({
      digest: digest(part, n),
      size: 900 + n,
      media_type: 'application/json',
      key_id: 'key',
    })),
  }));

function writing(name: string, values: readonly unknown[], times: number, write: (value: unknown) => string): Case {
  return {
    name,
    run: () =>
      sample(() => {
        let bytes = 0;
        for (let time = 0; time < times; time++) for (const value of values) bytes += Buffer.byteLength(write(value)); // bytes are what is hashed
        if (bytes === 0) throw new Error('nothing was written');
        return times * values.length;
      }),
  };
}

/** @returns how many of so many random values have the same canonical form as an independent implementation gives them */
function equalForms(count: number): number {
  const next = randomValue(SEED);
  let equal = 0;
  for (let n = 0; n < count; n++) {
    const value = next();
    if (canonicalJson(value) === referenceCanonical(value)) equal += 1;
  }
  return equal;
}

export const canonical: Bench = {
  name: 'canonical',
  async run({ quick }) {
    const values = corpus();
    const times = quick ? 2 : 40;
    const plain = writing('JSON.stringify', values, times, (value) => JSON.stringify(value));
    const own = writing('canonicalJson', values, times, canonicalJson);
    const simple = writing('a plain implementation of RFC 8785', values, times, referenceCanonical);
    const rounds = await interleaved([plain, own, simple], quick ? 3 : 15);
    const count = quick ? 5_000 : 100_000;
    return reportOf('canonical', rounds, [
      atLeast('canonicalJson of JSON.stringify', ratioOf(rounds, own.name, plain.name), 0.5),
      shown('a plain implementation of JSON.stringify', ratioOf(rounds, simple.name, plain.name)),
      atLeast(`byte-equal to it, of ${count} random values`, equalForms(count), count),
    ]);
  },
};
