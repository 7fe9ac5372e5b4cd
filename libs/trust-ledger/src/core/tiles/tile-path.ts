import { ledgerFault } from '../ledger.errors.ts';

/** Hashes of a full tile. */
export const TILE_WIDTH = 256;

const MAX_LEVEL = 63;

/** Which tile: hashes of a level (0..63), or a bundle of entries. */
export type TileLevel = number | 'entries';

export interface TileName {
  readonly level: TileLevel;
  readonly index: number;
  /** 1 to 256; less than 256 is a partial tile. */
  readonly width: number;
}

/** `<N>` of a tile's path: zero-padded groups of three digits, all but the last with an `x` in front. */
function indexPath(index: number): string {
  const last = String(index % 1000).padStart(3, '0');
  let path = last;
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return path;
}

/** C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]`, relative to the log's prefix. */
export function tilePath({ level, index, width }: TileName): string {
  const path = `tile/${level}/${indexPath(index)}`;
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

const PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** @throws DmitryError `ledger.tile_invalid` */
export function parseTilePath(path: string): TileName {
  const [, level = '', index = '', width = TILE_WIDTH] = PATH.exec(path) ?? [];
  const name: TileName = {
    level: level === 'entries' ? level : Number(level),
    index: Number(index.replaceAll(/[x/]/g, '')),
    width: Number(width),
  };
  // Printing it again catches the spellings that the pattern lets through: leading zeroes, groups too many.
  if (level === '' || !isTile(name) || tilePath(name) !== path)
    throw ledgerFault('ledger.tile_invalid', `"${path}" is not the path of a tile (C2SP tlog-tiles)`);
  return name;
}

const isTile = ({ level, index, width }: TileName): boolean =>
  Number.isSafeInteger(index) && width <= TILE_WIDTH && (level === 'entries' || level <= MAX_LEVEL);

/** How many hashes (or entries) of this level a tree of `size` has. */
export function levelSize(level: TileLevel, size: number): number {
  return level === 'entries' ? size : Math.floor(size / TILE_WIDTH ** level);
}

/** The width of a tile in a tree of `size`: 256 when full, 0 when there is none. */
export const tileWidth = (level: TileLevel, index: number, size: number): number =>
  Math.max(0, Math.min(TILE_WIDTH, levelSize(level, size) - index * TILE_WIDTH));

/** The tiles of hashes that a tree grown from `first` to `size` has and the smaller one had not, or had narrower. Lower levels first. */
export function grownTiles(first: number, size: number): (TileName & { readonly level: number })[] {
  const tiles: (TileName & { readonly level: number })[] = [];
  for (let level = 0; levelSize(level, size) > levelSize(level, first); level++) {
    const end = Math.ceil(levelSize(level, size) / TILE_WIDTH);
    for (let index = Math.floor(levelSize(level, first) / TILE_WIDTH); index < end; index++)
      tiles.push({ level, index, width: tileWidth(level, index, size) });
  }
  return tiles;
}
