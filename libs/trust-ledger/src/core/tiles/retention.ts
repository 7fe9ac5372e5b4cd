import { TILE_WIDTH, type TileLevel, type TileName } from './tile-path.ts';
import type { TileSource } from './tile-source.port.ts';

/** How many leaves a full tile of a level covers. */
const span = (level: TileLevel): number => TILE_WIDTH ** (level === 'entries' ? 1 : level + 1);

/**
 * C2SP tlog-tiles, Pruning: a full tile whose last leaf is below the minimum index may be gone. Everything about the entries from there on
 * is still to be had: the entries, their proofs, and consistency between all trees of at least that size.
 */
export const isPruned = ({ level, index, width }: TileName, minimumIndex: number): boolean =>
  width === TILE_WIDTH && (index + 1) * span(level) <= minimumIndex;

/**
 * The log as it is served with a raised minimum index: by denying, as the specification recommends, so that a mistake can be mended and a
 * witness that is far behind caught up. When a log may be pruned at all, its retention policy says.
 */
export function withMinimumIndex<S extends TileSource>(source: S, minimumIndex: number): S {
  const tile: TileSource['tile'] = (level, index, width) =>
    isPruned({ level, index, width }, minimumIndex) ? Promise.resolve(null) : source.tile(level, index, width);
  return Object.assign(Object.create(source) as S, { tile, minimumIndex: () => Promise.resolve(minimumIndex) });
}

/** The tiles that a raise of the minimum index lets go: for whoever deletes them. Entry bundles first, then upwards. */
export function prunedTiles(minimumIndex: number, before = 0): TileName[] {
  const tiles: TileName[] = [];
  const add = (level: TileLevel): number => {
    const [from, to] = [Math.floor(before / span(level)), Math.floor(minimumIndex / span(level))];
    for (let index = from; index < to; index++) tiles.push({ level, index, width: TILE_WIDTH });
    return to;
  };
  add('entries');
  for (let level = 0; add(level) > 0; level++);
  return tiles;
}
