import { isDmitryError } from '@dmitry/kit';
import { decodeEntryBundle } from '../tiles/entry-bundle.ts';
import { levelSize, TILE_WIDTH, type TileLevel, tilePath, tileWidth } from '../tiles/tile-path.ts';
import type { TileSource } from '../tiles/tile-source.port.ts';
import { perfectRoot, splitHashes } from '../tiles/tile-nodes.ts';
import { readTile, TileTree } from '../tiles/tile-tree.ts';
import { CompactTree } from '../tree/compact-tree.ts';
import { HASH_BYTES, leafHash, sameHash } from '../tree/merkle-hash.ts';
import type { FsckFault } from './fsck-report.ts';

const NO_HASH = new Uint8Array(HASH_BYTES);

export interface Walked {
  /** The tree over the leaves that were found. */
  readonly leaves: CompactTree;
  readonly entries: number;
  readonly faults: readonly FsckFault[];
}

/** A log as it is walked: what is below the minimum index may be gone. */
export interface WalkedLog {
  readonly source: TileSource;
  readonly size: number;
  readonly minimumIndex: number;
}

/**
 * Reads every entry of a log of `size` from the minimum index on, derives every tile from them and compares it with the stored one. What is
 * pruned is taken from the tiles above it; that it is what was signed, the root says.
 */
export async function checkTiles(log: WalkedLog, see: (entry: Uint8Array) => void): Promise<Walked> {
  const { source, size } = log;
  const first = Math.floor(Math.min(log.minimumIndex, size) / TILE_WIDTH);
  const walk = new Walk(source, size, see);
  if (first > 0) await walk.beginAt(first);
  for (let index = first; index < Math.ceil(size / TILE_WIDTH); index++) await walk.entryBundle(index);
  await walk.finish();
  return walk;
}

class Walk implements Walked {
  readonly faults: FsckFault[] = [];
  leaves = CompactTree.empty;
  entries = 0;
  /** By level: derived hashes of the tile that is being filled, and how many tiles of the level are done. */
  private readonly edges: { hashes: Uint8Array[]; done: number }[] = [];

  constructor(
    private readonly source: TileSource,
    private readonly size: number,
    private readonly see: (entry: Uint8Array) => void,
  ) {}

  async entryBundle(index: number): Promise<void> {
    const entries = await this.readBundle(index);
    const hashes = entries ? entries.map(leafHash) : await this.storedHashes(index);
    if (entries) {
      this.entries += entries.length;
      for (const entry of entries) this.see(entry);
    }
    this.leaves = this.leaves.append(hashes);
    for (const hash of hashes) await this.push(0, hash);
  }

  /** Stands behind the first full bundles, with what the tiles above say about them. */
  async beginAt(bundle: number): Promise<void> {
    const size = bundle * TILE_WIDTH;
    try {
      this.leaves = CompactTree.from(size, await new TileTree(this.source, this.size).edgeOf(size));
    } catch (error) {
      if (!isDmitryError(error)) throw error;
      this.fault('tile_missing', 1, Math.floor(bundle / TILE_WIDTH), error.message);
    }
    this.edges[0] = { hashes: [], done: bundle };
    for (let level = 1; levelSize(level, size) > 0; level++) {
      const count = levelSize(level, size);
      const [done, width] = [Math.floor(count / TILE_WIDTH), count % TILE_WIDTH];
      const tile = width > 0 ? await this.read(level, done) : null;
      this.edges[level] = { hashes: tile ? splitHashes(tile).slice(0, width) : [], done };
    }
  }

  /** Partial tiles at the right edge. */
  async finish(): Promise<void> {
    for (const [level, { hashes, done }] of this.edges.entries())
      if (hashes.length > 0) await this.compare(level, done, hashes);
  }

  private async push(level: number, hash: Uint8Array): Promise<void> {
    const edge = (this.edges[level] ??= { hashes: [], done: 0 });
    edge.hashes.push(hash);
    if (edge.hashes.length < TILE_WIDTH) return;
    await this.compare(level, edge.done, edge.hashes);
    const root = perfectRoot(edge.hashes);
    edge.hashes = [];
    edge.done += 1;
    await this.push(level + 1, root);
  }

  private async readBundle(index: number): Promise<readonly Uint8Array[] | null> {
    const width = tileWidth('entries', index, this.size);
    const bytes = await this.read('entries', index);
    if (!bytes) return null;
    try {
      // A full bundle may stand in for the partial one (C2SP tlog-tiles, Partial Tiles).
      const entries = decodeEntryBundle(bytes).slice(0, width);
      if (entries.length === width) return entries;
      this.fault('bundle_invalid', 'entries', index, `${entries.length} entries instead of ${width}`);
    } catch (error) {
      if (!isDmitryError(error)) throw error;
      this.fault('bundle_invalid', 'entries', index, error.message);
    }
    return null;
  }

  /** Where entries are lost, the tile's own hashes lead on (or none, in their place), so that one fault does not hide the others. */
  private async storedHashes(index: number): Promise<Uint8Array[]> {
    const tile = await readTile(this.source, 0, index, this.size).catch(() => null);
    const width = tileWidth('entries', index, this.size);
    return tile ? splitHashes(tile) : Array.from({ length: width }, () => NO_HASH);
  }

  private async compare(level: number, index: number, derived: readonly Uint8Array[]): Promise<void> {
    if (index * TILE_WIDTH + derived.length > levelSize(level, this.size)) return;
    const tile = await this.read(level, index);
    if (!tile) return;
    const stored = splitHashes(tile);
    const at = derived.findIndex((hash, n) => !stored[n] || !sameHash(hash, stored[n]));
    if (at >= 0) this.fault('tile_mismatch', level, index, `hash ${at} is not what the entries below give`);
  }

  private async read(level: TileLevel, index: number): Promise<Uint8Array | null> {
    try {
      return await readTile(this.source, level, index, this.size);
    } catch (error) {
      if (!isDmitryError(error)) throw error;
      const missing = error.code === 'ledger.tile_missing';
      this.fault(
        level === 'entries' ? 'bundle_missing' : missing ? 'tile_missing' : 'tile_mismatch',
        level,
        index,
        error.message,
      );
      return null;
    }
  }

  private fault(code: FsckFault['code'], level: TileLevel, index: number, message: string): void {
    this.faults.push({ code, where: tilePath({ level, index, width: tileWidth(level, index, this.size) }), message });
  }
}
