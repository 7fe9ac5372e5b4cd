const FIRST_MS = 200;
const LONGEST_MS = 10_000;

/** How long to wait before a batch comes again that was refused `failures` times in a row. Doubles, to a limit. */
export const redeliveryDelayMs = (failures: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));

/** Records in one call of `onBatch`, so that a batch is one transaction of bearable size. */
export const MAX_BATCH_RECORDS = 500;
