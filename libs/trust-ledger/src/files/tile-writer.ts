import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TILE_WIDTH, type TileName, tilePath } from '../core/index.ts';
import { syncPath } from './durable-file.ts';

export interface TileFile extends TileName {
  readonly bytes: Uint8Array;
}

/**
 * Writes tiles below a folder, each whole or not at all. All of them are on the disk when it resolves: only then may a checkpoint speak
 * of them.
 */
export async function writeTileFiles(folder: string, tiles: readonly TileFile[]): Promise<void> {
  const folders = new Set<string>();
  for (const tile of tiles) {
    for (let path = dirname(tilePath(tile)); path !== '.'; path = dirname(path)) folders.add(path);
  }
  for (const path of folders) await mkdir(join(folder, path), { recursive: true });
  await Promise.all(tiles.map((tile) => writeTile(join(folder, tilePath(tile)), tile.bytes)));
  await Promise.all(['.', ...folders].map((path) => syncPath(join(folder, path))));
}

async function writeTile(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w');
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** Partial tiles that a full one has taken the place of (C2SP tlog-tiles, Partial Tiles: they may go then). */
export async function removePartials(folder: string, { level, index }: TileName): Promise<void> {
  await rm(join(folder, `${tilePath({ level, index, width: TILE_WIDTH })}.p`), { recursive: true, force: true });
}
