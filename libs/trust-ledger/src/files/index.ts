/** The ledger in plain files: a journal with static tiles beside it; logs and checkpoints of others as files. */
export { openFileLedger } from './open-file-ledger.ts';
export type { FileLedger, FileLedgerOptions } from './open-file-ledger.ts';
export { createFileDataKeys } from './file-data-keys.ts';
export type { FileDataKeysOptions } from './file-data-keys.ts';
export { createFileCheckpointKeeper } from './file-checkpoint-keeper.ts';
export { pruneFileLedger } from './prune-file-ledger.ts';
export type { PrunedFiles, PruneFileLedgerOptions } from './prune-file-ledger.ts';
export { pruneTileFolder } from './prune-tiles.ts';
export type { PruneTilesOptions } from './prune-tiles.ts';
export { exportTiles, openTileFolder } from './tile-folder.ts';
export type { TileExport } from './tile-folder.ts';
