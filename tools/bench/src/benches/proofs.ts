import { join } from 'node:path';
import {
  CompactTree,
  createLogSigner,
  encodeEntryBundle,
  fsck,
  leafHash,
  levelSize,
  type LogReader,
  type LogSigner,
  perfectRoot,
  signedCheckpoint,
  TILE_WIDTH,
  TileTree,
  verifyConsistency,
  verifyInclusion,
} from '@dmitry/trust-ledger';
import { exportTiles, openTileFolder } from '@dmitry/trust-ledger/files';
import { canonicalBytes, digestOf } from '@dmitry/contracts';
import { atMost, type Bench, type Case, interleaved, p99Us, reportOf, valueOf } from '../bench.ts';
import { sample } from '../sample.ts';

const SEED = Buffer.alloc(32, 7);

/** Leaves like those of a ledger, by their index. */
function leafOf(index: number): Uint8Array {
  const hex = index.toString(16).padStart(12, '0');
  const hash = digestOf(index);
  return canonicalBytes({
    v: 1,
    id: `01939a00-0000-7000-8000-${hex}`,
    tenant: hash,
    type: 'config',
    time: '2026-11-25T09:00:00.000Z',
    session: { id: '01939a00-0000-7000-8000-000000000000', seq: index },
    actor: { kind: 'service', pseudonym: hash },
    refs: {},
    facts: { n: index },
    commitments: { action_digest: hash, effect_key: hash, finding: hash, run: hash, target: hash, operation: hash },
    payload: [],
  });
}

/** A log of so many leaves whose tiles are made as they are asked for. */
function syntheticLog(size: number, signer: LogSigner): { readonly reader: LogReader; readonly tree: CompactTree } {
  const levels: Uint8Array[][] = [Array.from({ length: size }, (_, index) => leafHash(leafOf(index)))];
  for (let level = 1; levelSize(level, size) > 0; level++) {
    const below = levels[level - 1] ?? [];
    levels[level] = Array.from({ length: levelSize(level, size) }, (_, n) =>
      perfectRoot(below.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)),
    );
  }
  const tree = CompactTree.empty.append(levels[0] ?? []);
  const signed = signedCheckpoint(signer.sign({ origin: signer.origin, size, root: tree.root() }));
  const reader: LogReader = {
    origin: signer.origin,
    checkpoint: () => Promise.resolve(signed),
    checkpoints: () => Promise.resolve([signed]),
    indexOf: () => Promise.resolve(null),
    tile: (level, index, width) => {
      const first = index * TILE_WIDTH;
      if (level !== 'entries') return Promise.resolve(Buffer.concat((levels[level] ?? []).slice(first, first + width)));
      return Promise.resolve(encodeEntryBundle(Array.from({ length: width }, (_, n) => leafOf(first + n))));
    },
  };
  return { reader, tree };
}

/** The roots that the log had at the sizes that are proven from. */
function earlierRoots(size: number, count: number, placeOf: (n: number) => number): ReadonlyMap<number, Uint8Array> {
  const sizes = Array.from({ length: count }, (_, n) => Math.max(placeOf(n + 1), 1)).toSorted((a, b) => a - b);
  const roots = new Map<number, Uint8Array>();
  let tree = CompactTree.empty;
  for (const one of sizes.filter((each) => each <= size)) {
    const { size: from } = tree;
    tree = tree.append(Array.from({ length: one - from }, (_, n) => leafHash(leafOf(from + n))));
    roots.set(one, tree.root());
  }
  return roots;
}

export const proofs: Bench = {
  name: 'proofs',
  async run({ quick, folder }) {
    const size = quick ? 50_000 : 1_000_000;
    const signer = createLogSigner('bench.example/log', SEED);
    const { reader, tree } = syntheticLog(size, signer);
    const root = tree.root();
    await exportTiles(reader, join(folder, 'log'), signer.verifierKey);
    const source = openTileFolder(join(folder, 'log'));
    const known = new TileTree(source, size);
    const count = quick ? 200 : 2_000;
    // Weyl's sequence: the same spread of places in every run
    const placeOf = (n: number): number => Math.floor(((n * 0.618_033_988_749_895) % 1) * size);
    const each = (name: string, prove: (place: number) => Promise<boolean>): Case => ({
      name,
      run: () =>
        sample(async (latencies) => {
          for (let n = 1; n <= count; n++) {
            const startedMs = performance.now();
            const holds = await prove(placeOf(n));
            latencies.push((performance.now() - startedMs) * 1_000);
            if (!holds) throw new Error(`a proof for ${placeOf(n)} of ${size} does not hold`);
          }
          return count;
        }),
    });
    const inclusion = each('inclusion proofs, made and verified', async (index) => {
      const path = await known.inclusionProof(index);
      return verifyInclusion({ index, size, leafHash: leafHash(leafOf(index)), root, path });
    });
    const earlier = earlierRoots(size, count, placeOf);
    const consistency = each('consistency proofs, made and verified', async (place) => {
      const firstSize = Math.max(place, 1);
      const path = await known.consistencyProof(firstSize);
      const firstRoot = earlier.get(firstSize) ?? new Uint8Array();
      return verifyConsistency({ firstSize, firstRoot, secondSize: size, secondRoot: root, path });
    });
    const rounds = await interleaved([inclusion, consistency], quick ? 1 : 5);
    const again = await sample(async () => {
      const report = await fsck(source, { keys: [signer.key] });
      if (!report.ok) throw new Error(`the log does not pass fsck: ${JSON.stringify(report.faults[0])}`);
      return report.entries;
    });
    const samples = new Map([...rounds, ['full re-verification (fsck)', [again]]]);
    return reportOf('proofs', samples, [
      atMost('inclusion proof, p99, ms', valueOf(rounds, inclusion.name, p99Us) / 1_000, 1),
      atMost('consistency proof, p99, ms', valueOf(rounds, consistency.name, p99Us) / 1_000, 1),
      atMost(`full re-verification of ${size} leaves, s`, again.seconds, 60),
    ]);
  },
};
