import type { CallIntent, CallOutcome, CallRecorder } from '../core/index.ts';

/** One line of what a recorder was told, in order. */
export type RecordedEntry =
  | { readonly entry: string; readonly type: 'intent'; readonly intent: CallIntent }
  | {
      readonly entry: string;
      readonly type: 'outcome';
      readonly of: string;
      readonly intent: CallIntent;
      readonly outcome: CallOutcome;
    };

export interface MemoryRecorder extends CallRecorder {
  readonly entries: readonly RecordedEntry[];
  /** Makes every later intent or outcome reject, as a ledger that is down does; null heals it. */
  fail(part: 'intent' | 'outcome' | null): void;
}

/** Keeps intents and outcomes in memory. Entry ids are `entry-1`, `entry-2`, ... in the order of recording. */
export function createMemoryRecorder(): MemoryRecorder {
  const entries: RecordedEntry[] = [];
  let failing: 'intent' | 'outcome' | null = null;
  const next = (part: 'intent' | 'outcome'): string => {
    if (failing === part) throw new Error(`the recorder is down (${part})`);
    return `entry-${entries.length + 1}`;
  };
  return {
    entries,
    fail: (part) => void (failing = part),
    async intent(intent) {
      const entry = next('intent');
      entries.push({ entry, type: 'intent', intent });
      return entry;
    },
    async outcome(of, intent, outcome) {
      const entry = next('outcome');
      entries.push({ entry, type: 'outcome', of, intent, outcome });
      return entry;
    },
  };
}
