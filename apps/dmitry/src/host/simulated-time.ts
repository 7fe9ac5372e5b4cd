import type { Clock, IdSource } from '@dmitry/kit';
import { SeededIds } from '@dmitry/kit/memory';
import type { CommandContext } from '../cli/context.ts';
import { CallFault } from '../cli/faults.ts';
import { IdleClock } from './idle-clock.ts';

/** Time and randomness of a demo. */
export interface DemoTime {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly isSimulated: boolean;
  /** Lets time pass: before, a simulated clock stands still, so that how long a start takes does not show. */
  begin(): void;
  stop(): Promise<void>;
}

/** The real clock and real randomness, unless `--now` and `--seed` give others. @throws CallFault */
export function demoTime(context: CommandContext): DemoTime {
  const nowMs = givenNow(context.text('now'));
  if (nowMs !== null && context.flag('keep'))
    throw new CallFault('--keep: a simulated clock (--now) serves nobody; leave one of them out');
  const seed = context.text('seed');
  const idle = nowMs === null ? null : new IdleClock(nowMs);
  const clock = idle ?? context.io.clock;
  const ids = seed === undefined ? context.io.ids : new SeededIds(clock, seed);
  return { clock, ids, isSimulated: idle !== null, begin: () => void idle?.begin(), stop: async () => idle?.stop() };
}

function givenNow(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new CallFault(`--now ${text}: a time in UTC is needed, such as 2026-05-04T13:00:00Z`);
}
