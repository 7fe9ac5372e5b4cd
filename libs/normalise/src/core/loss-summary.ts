import type { LossAccount } from './format.port.ts';

/** Accounts of many records in one: counts per path, array positions written `[]`, so `/resources/0/ARN` counts as `resources[].ARN`. */
export interface LossSummary {
  readonly records: number;
  readonly kept: number;
  readonly unmapped: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
}

export const emptyLossSummary: LossSummary = { records: 0, kept: 0, unmapped: {}, dropped: {} };

/** Most distinct paths kept per list; further ones are counted together under `…`. */
const MAX_PATHS = 10_000;

/** A new summary with one more record's account in it. */
export function addToLossSummary(summary: LossSummary, account: LossAccount): LossSummary {
  return {
    records: summary.records + 1,
    kept: summary.kept + account.kept.length,
    unmapped: counted(summary.unmapped, account.unmapped),
    dropped: counted(summary.dropped, account.dropped),
  };
}

function counted(
  counts: Readonly<Record<string, number>>,
  pointers: readonly string[],
): Readonly<Record<string, number>> {
  if (pointers.length === 0) return counts;
  const out = new Map(Object.entries(counts));
  for (const pointer of pointers) {
    const path = readablePath(pointer);
    const key = out.has(path) || out.size < MAX_PATHS ? path : '…';
    out.set(key, (out.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...out].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readablePath(pointer: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (
    steps.reduce((path, step) => (/^\d+$/.test(step) ? `${path}[]` : path === '' ? step : `${path}.${step}`), '') || '$'
  );
}
