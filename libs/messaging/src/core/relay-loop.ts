import type { Clock, Logger } from '@dmitry/kit';
import type { OutboxRelay } from './outbox.port.ts';

export interface RelayLoopOptions {
  readonly relay: OutboxRelay;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long to rest when there was nothing to do. @default 200 */
  readonly everyMs?: number;
}

export interface RelayLoop {
  /** Begins no further round and waits for the one under way. */
  stop(): Promise<void>;
}

/** How long to rest after a round that failed, at most. */
const LONGEST_REST_MS = 10_000;

/** Runs one round of the relay after the other, with a rest when there is nothing to do and a longer one while rounds fail. */
export function startRelayLoop({ relay, clock, logger, everyMs = 200 }: RelayLoopOptions): RelayLoop {
  const stopping = new AbortController();
  let failures = 0;

  const round = async (): Promise<void> => {
    try {
      const published = await relay.round();
      failures = 0;
      if (published > 0) return; // there may be more already
    } catch (error) {
      failures += 1;
      logger.warn('messaging.relay_round_failed', { failures, error });
    }
    const restMs = Math.min(LONGEST_REST_MS, everyMs * 2 ** Math.min(failures, 16));
    await clock.sleep(restMs, stopping.signal).catch(() => undefined);
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) await round();
  };

  const running = run();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
