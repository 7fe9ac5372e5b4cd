import type { CheckpointKeeper } from '../checkpoint-keeper.port.ts';
import type { WitnessStore } from './witness-store.port.ts';

/**
 * A witness's memory over a checkpoint keeper, e.g. of files. The comparison is atomic within this process: one keeper belongs to one
 * witness process at a time.
 */
export function createWitnessStore(keeper: CheckpointKeeper): WitnessStore {
  const turns = new Map<string, Promise<unknown>>();

  /** One after the other, log by log. */
  function inTurn<T>(origin: string, work: () => Promise<T>): Promise<T> {
    const before = turns.get(origin) ?? Promise.resolve();
    const turn = before.then(work, work);
    turns.set(origin, turn);
    const forget = (): void => {
      if (turns.get(origin) === turn) turns.delete(origin);
    };
    turn.then(forget, forget);
    return turn;
  }

  return {
    last: (origin) => keeper.last(origin),
    replace: (known, next) =>
      inTurn(next.origin, async () => {
        const last = await keeper.last(next.origin);
        if ((last?.size ?? null) !== known) return false;
        await keeper.keep(next);
        return true;
      }),
  };
}
