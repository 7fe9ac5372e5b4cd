import type { TileLevel } from './tile-path.ts';

/** Where tiles come from: a database, a folder, a web server. */
export interface TileSource {
  /**
   * Bytes of a C2SP tile: hashes of a level (32 bytes each) or 'entries' (a bundle); `width` 1..256. Null where there is none.
   * A wider tile starts with the bytes of a narrower one, so a source may keep only the widest and cut.
   */
  tile(level: TileLevel, index: number, width: number): Promise<Uint8Array | null>;
  /** What the log says it was pruned to: entries below may be gone (C2SP tlog-tiles, Pruning). @default 0 */
  minimumIndex?(): Promise<number>;
}
