import { ledgerFault } from '../ledger.errors.ts';
import { EMPTY_ROOT, HASH_BYTES, leafHash, nodeHash } from '../tree/merkle-hash.ts';
import { consistencyRanges, inclusionRanges, type LeafRange, type PerfectNode, perfectNodes } from '../tree/ranges.ts';
import { decodeEntryBundle } from './entry-bundle.ts';
import { TileNodes } from './tile-nodes.ts';
import { TILE_WIDTH, type TileLevel, tileWidth } from './tile-path.ts';
import type { TileSource } from './tile-source.port.ts';

/** Levels of the tree inside one tile. */
const TILE_HEIGHT = 8;

/**
 * The tree of `size` leaves as its tiles tell it. Makes proofs; believes the tiles, so whoever did not write them verifies what it
 * makes (or runs `fsck`). Keeps the tiles that it has read and the nodes inside them, so that a proof out of known tiles hashes
 * next to nothing.
 */
export class TileTree {
  private readonly tiles = new Map<string, Promise<TileNodes>>();
  private readonly bundles = new Map<number, Promise<Uint8Array[]>>();

  constructor(
    private readonly source: TileSource,
    readonly size: number,
  ) {}

  root(): Promise<Uint8Array> {
    return this.rootOf(this.size);
  }

  /** The root that the tree had when it had `size` leaves. @throws DmitryError `ledger.proof_invalid`, `ledger.tile_missing` */
  async rootOf(size: number): Promise<Uint8Array> {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size)
      throw ledgerFault('ledger.proof_invalid', `a tree of ${this.size} never had ${size} leaves`);
    return size === 0 ? EMPTY_ROOT : this.rangeHash({ from: 0, to: size });
  }

  /** The right edge that the tree had at `size`, as `CompactTree.from` reads it. @throws DmitryError `ledger.tile_missing` */
  async edgeOf(size: number): Promise<Uint8Array> {
    return Buffer.concat(await Promise.all(perfectNodes({ from: 0, to: size }).map((node) => this.nodeHash(node))));
  }

  /** RFC 6962 2.1.1. @throws DmitryError `ledger.proof_invalid` outside the tree, `ledger.tile_missing` */
  inclusionProof(index: number): Promise<Uint8Array[]> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.size)
      throw ledgerFault('ledger.proof_invalid', `index ${index} is not in a tree of ${this.size}`);
    return Promise.all(inclusionRanges(index, this.size).map((range) => this.rangeHash(range)));
  }

  /** RFC 6962 2.1.2; empty from a tree of no leaves. @throws DmitryError `ledger.proof_invalid`, `ledger.tile_missing` */
  consistencyProof(first: number): Promise<Uint8Array[]> {
    if (!Number.isSafeInteger(first) || first < 0 || first > this.size)
      throw ledgerFault('ledger.proof_invalid', `a tree of ${this.size} cannot be consistent with one of ${first}`);
    if (first === 0) return Promise.resolve([]);
    return Promise.all(consistencyRanges(first, this.size).map((range) => this.rangeHash(range)));
  }

  /** The bytes of an entry. @throws DmitryError `ledger.tile_missing`, `ledger.tile_invalid` */
  async entry(index: number): Promise<Uint8Array> {
    const bundle = await this.bundle(Math.floor(index / TILE_WIDTH));
    const entry = bundle[index % TILE_WIDTH];
    if (!entry) throw ledgerFault('ledger.tile_invalid', `the entry bundle has no entry ${index}`);
    return entry;
  }

  private async rangeHash(range: LeafRange): Promise<Uint8Array> {
    const hashes = await Promise.all(perfectNodes(range).map((node) => this.nodeHash(node)));
    return hashes.reduceRight((right, left) => nodeHash(left, right));
  }

  private async nodeHash({ height, index }: PerfectNode): Promise<Uint8Array> {
    const above = height % TILE_HEIGHT;
    const row = TILE_WIDTH / 2 ** above;
    const nodes = await this.tile(Math.floor(height / TILE_HEIGHT), Math.floor(index / row));
    return nodes.node(above, index % row);
  }

  private tile(level: number, index: number): Promise<TileNodes> {
    const key = `${level}/${index}`;
    let tile = this.tiles.get(key);
    if (!tile) {
      tile = readTile(this.source, level, index, this.size).then((bytes) => new TileNodes(bytes));
      this.tiles.set(key, tile);
    }
    return tile;
  }

  private bundle(index: number): Promise<Uint8Array[]> {
    let bundle = this.bundles.get(index);
    if (!bundle) {
      bundle = readTile(this.source, 'entries', index, this.size).then(decodeEntryBundle);
      this.bundles.set(index, bundle);
    }
    return bundle;
  }
}

/** @throws DmitryError `ledger.tile_missing`, `ledger.tile_invalid` when its length does not fit its width */
export async function readTile(source: TileSource, level: TileLevel, index: number, size: number): Promise<Uint8Array> {
  const width = tileWidth(level, index, size);
  // Logs may delete a partial tile once the full one is there (C2SP tlog-tiles, Partial Tiles).
  const tile = (await source.tile(level, index, width)) ?? (await source.tile(level, index, TILE_WIDTH));
  if (!tile) throw ledgerFault('ledger.tile_missing', `tile ${level}/${index} of a tree of ${size} is not there`);
  if (level === 'entries') return tile;
  if (tile.length < width * HASH_BYTES)
    throw ledgerFault(
      'ledger.tile_invalid',
      `tile ${level}/${index} has ${tile.length} bytes, a width of ${width} needs more`,
    );
  return tile.subarray(0, width * HASH_BYTES);
}

/** The hashes of a level-0 tile, from its entry bundle. */
export const bundleLeafHashes = (bundle: Uint8Array): Uint8Array[] => decodeEntryBundle(bundle).map(leafHash);
