import type { Tx } from '@dmitry/storage';
import { grownTiles, HASH_BYTES, levelSize, perfectRoot, splitHashes, TILE_WIDTH } from '../core/index.ts';
import { fenced, readHead } from './log-head.ts';
import { leafHashesBetween, readTileRow } from './log-rows.ts';

const PUT_TILE = `
INSERT INTO ledger_tile AS t (tenant, level, index, hashes) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, level, index) DO UPDATE SET hashes = excluded.hashes WHERE length(t.hashes) < length(excluded.hashes)`;

/**
 * Writes the tiles that the committed log has and the tables do not. Only committed rows go in, so that writing them again gives the same
 * bytes. @returns whether there was anything to write. @throws DmitryError `ledger.fenced`
 */
export async function writeTiles(tx: Tx, fence: number): Promise<boolean> {
  const { tree, tiledSize } = await readHead(tx);
  if (tree.size === tiledSize) return false;
  let fresh = await leafHashesBetween(tx, tiledSize, tree.size);
  const tiles = grownTiles(tiledSize, tree.size);
  for (let level = 0; fresh.length > 0; level++) {
    const full: Uint8Array[] = [];
    let rest = fresh;
    for (const tile of tiles.filter((one) => one.level === level)) {
      const known = Math.max(0, levelSize(level, tiledSize) - tile.index * TILE_WIDTH);
      const stored = known > 0 ? await readTileRow(tx, level, tile.index) : null;
      const hashes = [
        ...splitHashes(stored?.subarray(0, known * HASH_BYTES) ?? new Uint8Array()),
        ...rest.slice(0, tile.width - known),
      ];
      rest = rest.slice(tile.width - known);
      await tx.query(PUT_TILE, [tx.tenant, level, tile.index, Buffer.concat(hashes)]);
      if (tile.width === TILE_WIDTH) full.push(perfectRoot(hashes));
    }
    fresh = full;
  }
  const rows = await tx.query(
    'UPDATE ledger_head SET tiled_size = $3, fence = $2 WHERE tenant = $1 AND fence <= $2 AND tiled_size = $4 RETURNING tenant',
    [tx.tenant, fence, tree.size, tiledSize],
  );
  if (rows.length === 0) throw fenced('writing tiles');
  return true;
}
