import type { Tx } from '@dmitry/storage';
import {
  grownTiles,
  HASH_BYTES,
  levelSize,
  perfectRoot,
  splitHashes,
  TILE_WIDTH,
  type TileName,
} from '../core/index.ts';
import { fenced, readHead } from './log-head.ts';
import { leafHashesBetween } from './log-rows.ts';

type HashTile = TileName & { readonly level: number };

/** The tiles of a round in one statement: each of them a trip of its own would be most of the round. */
const PUT_TILES = `
INSERT INTO ledger_tile AS t (tenant, level, index, hashes)
SELECT $1, n.level, n.index, substring($4::bytea FROM n.start + 1 FOR n.bytes)
FROM unnest($2::smallint[], $3::bigint[], $5::int[], $6::int[]) AS n(level, index, start, bytes)
ON CONFLICT (tenant, level, index) DO UPDATE SET hashes = excluded.hashes WHERE length(t.hashes) < length(excluded.hashes)`;

const READ_TILES = `
SELECT t.level, t.hashes FROM unnest($2::smallint[], $3::bigint[]) AS n(level, index)
JOIN ledger_tile t ON t.tenant = $1 AND t.level = n.level AND t.index = n.index`;

/**
 * Writes the tiles that the committed log has and the tables do not. Only committed rows go in, so that writing them again gives the same
 * bytes. @returns whether there was anything to write. @throws DmitryError `ledger.fenced`
 */
export async function writeTiles(tx: Tx, fence: number): Promise<boolean> {
  const { tree, tiledSize } = await readHead(tx);
  if (tree.size === tiledSize) return false;
  const fresh = await leafHashesBetween(tx, tiledSize, tree.size);
  const tiles = grownTiles(tiledSize, tree.size);
  const widened = await readHashes(
    tx,
    tiles.filter((tile) => knownHashes(tile, tiledSize) > 0),
  );
  await putTiles(tx, tiles, filled(tiles, tiledSize, widened, fresh));
  const rows = await tx.query(
    'UPDATE ledger_head SET tiled_size = $3, fence = $2 WHERE tenant = $1 AND fence <= $2 AND tiled_size = $4 RETURNING tenant',
    [tx.tenant, fence, tree.size, tiledSize],
  );
  if (rows.length === 0) throw fenced('writing tiles');
  return true;
}

/** How many of a tile's hashes a tree of `size` has. */
const knownHashes = ({ level, index }: HashTile, size: number): number =>
  Math.max(0, levelSize(level, size) - index * TILE_WIDTH);

/** The stored hashes of tiles by their level: of each level only the last one can grow wider. */
async function readHashes(tx: Tx, tiles: readonly HashTile[]): Promise<ReadonlyMap<number, Uint8Array>> {
  const rows = await tx.query<{ level: number; hashes: Uint8Array }>(READ_TILES, [tx.tenant, ...columns(tiles)]);
  return new Map(rows.map(({ level, hashes }) => [level, hashes]));
}

/** The hashes of each tile: what it had, then what is fresh of its level; the roots of full tiles are fresh in the level above. */
function filled(
  tiles: readonly HashTile[],
  tiledSize: number,
  widened: ReadonlyMap<number, Uint8Array>,
  freshLeaves: readonly Uint8Array[],
): Uint8Array[][] {
  const fresh: Uint8Array[][] = [[...freshLeaves]];
  return tiles.map((tile) => {
    const { level, width } = tile;
    const known = knownHashes(tile, tiledSize);
    const before =
      known > 0 ? splitHashes(widened.get(level)?.subarray(0, known * HASH_BYTES) ?? new Uint8Array()) : [];
    const hashes = [...before, ...(fresh[level]?.splice(0, width - known) ?? [])];
    if (width === TILE_WIDTH) (fresh[level + 1] ??= []).push(perfectRoot(hashes));
    return hashes;
  });
}

async function putTiles(tx: Tx, tiles: readonly HashTile[], hashes: readonly Uint8Array[][]): Promise<void> {
  let start = 0;
  const starts = hashes.map(({ length }) => (start += length * HASH_BYTES) - length * HASH_BYTES);
  const lengths = hashes.map(({ length }) => length * HASH_BYTES);
  await tx.query(PUT_TILES, [tx.tenant, ...columns(tiles), Buffer.concat(hashes.flat()), starts, lengths]);
}

const columns = (tiles: readonly HashTile[]): [number[], number[]] => [
  tiles.map(({ level }) => level),
  tiles.map(({ index }) => index),
];
