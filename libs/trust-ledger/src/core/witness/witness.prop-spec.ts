import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seed } from '@dmitry/kit/testing';
import { createMemoryCheckpointKeeper } from '../../memory/index.ts';
import {
  CompactTree,
  createEd25519Cosigner,
  createLogSigner,
  createWitness,
  createWitnessStore,
  formatAddCheckpoint,
  leafHash,
  parseAddCheckpoint,
  TileTree,
} from '../index.ts';

const log = createLogSigner('forked.example', new Uint8Array(32).fill(1));
const cosigner = createEd25519Cosigner('witness.example', new Uint8Array(32).fill(2));
const FORK = 4;
const SIZE = 12;

/** Two histories of one log: the same up to FORK, then each its own. */
const histories = ['left', 'right'].map((name) =>
  Array.from({ length: SIZE }, (_, n) => leafHash(Buffer.from(n < FORK ? `${n}` : `${name} ${n}`))),
);
const headOf = (history: number, size: number) =>
  log.sign({
    origin: log.origin,
    size,
    root: CompactTree.empty.append((histories[history] ?? []).slice(0, size)).root(),
  });
const proofOf = (history: number, oldSize: number, size: number) =>
  new TileTree(
    { tile: async (_, __, width) => Buffer.concat((histories[history] ?? []).slice(0, width)) },
    size,
  ).consistencyProof(Math.min(oldSize, size));

const newWitness = () =>
  createWitness({
    logs: [log.key],
    cosigners: [cosigner],
    store: createWitnessStore(createMemoryCheckpointKeeper()),
    nowMs: () => 1_700_000_000_000,
  });

describe('a witness, whatever it is asked', () => {
  it('never cosigns two heads that cannot both be, in any order and however many ask at once', async () => {
    const asks = fc.record({ history: fc.nat(1), oldSize: fc.nat(SIZE), size: fc.nat(SIZE), known: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(asks, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), async (batches) => {
        const witness = newWitness();
        const cosigned: { readonly history: number; readonly size: number }[] = [];
        for (const batch of batches) {
          const largest = Math.max(0, ...cosigned.map(({ size }) => size));
          const answers = await Promise.all(
            batch.map(async ({ history, size, known, ...ask }) => {
              const oldSize = known ? largest : ask.oldSize;
              const [proof, checkpoint] = [await proofOf(history, oldSize, size), headOf(history, size)];
              const { status } = await witness.addCheckpoint(formatAddCheckpoint({ oldSize, proof, checkpoint }));
              return { history, size, status };
            }),
          );
          for (const { status, ...head } of answers) if (status === 200) cosigned.push(head);
          const sizes = answers.filter(({ status }) => status === 200).map(({ size }) => size);
          expect(Math.min(SIZE, ...sizes)).toBeGreaterThanOrEqual(largest);
        }
        const beyond = cosigned.filter(({ size }) => size > FORK).map(({ history }) => history);
        expect(new Set(beyond).size).toBeLessThanOrEqual(1);
      }),
      { seed: seed(), numRuns: 60 },
    );
  });

  it('answers every body with a status of the specification, and every request survives being written', async () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.string()).map(([a, b]) => `old 0\n${a}\n\n${b}`),
      fc.nat(9).map((size) => `old ${size}\n\n${headOf(0, 3)}`),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status } = await newWitness().addCheckpoint(body);
        expect([200, 400, 403, 404, 409, 422]).toContain(status);
      }),
      { seed: seed(), numRuns: 100 },
    );
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 }),
        (oldSize, proof) => {
          const request = { oldSize, proof, checkpoint: headOf(1, 3) };
          const read = parseAddCheckpoint(formatAddCheckpoint(request));
          expect({ ...read, proof: read.proof.map((hash) => [...hash]) }).toEqual({
            ...request,
            proof: proof.map((hash) => [...hash]),
          });
        },
      ),
      { seed: seed(), numRuns: 50 },
    );
  });
});
