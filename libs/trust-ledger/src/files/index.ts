/** Logs and checkpoints as plain files. */
export { createFileCheckpointKeeper } from './file-checkpoint-keeper.ts';
export { exportTiles, openTileFolder } from './tile-folder.ts';
export type { TileExport } from './tile-folder.ts';
