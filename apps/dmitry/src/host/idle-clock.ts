import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { ManualClock } from '@dmitry/kit/memory';

/** Turns of the event loop without a call in flight after which nothing but a sleeper can be waiting. */
const QUIET_TURNS = 8;
const PAUSE_MS = 1;

/** Work that the event loop waits for without a timer: files, names, compression. */
const WORK = /^(FSReq|GetAddrInfoReq|TCPConnectWrap|WriteWrap|ShutdownWrap|Zlib|.*Job$)/;

/**
 * A clock that moves when everything else has come to rest, straight to the next sleeper: what a process does then takes the same time
 * however fast the machine is. For one process that talks to itself: a service elsewhere would not keep to it.
 */
export class IdleClock extends ManualClock {
  private readonly calls = new CallsInFlight();
  private stopped: Promise<void> | null = null;
  private stopping = false;

  /** Lets time pass from now on. */
  begin(): this {
    this.stopped ??= this.run();
    return this;
  }

  /** Time stands still again. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.stopped;
    this.calls.close();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      await pause(PAUSE_MS);
      if (await this.quiet()) this.step(); // one at a time: what two sleepers do at the same moment must not mix
    }
  }

  private async quiet(): Promise<boolean> {
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) {
      if (this.stopping || this.calls.count > 0 || process.getActiveResourcesInfo().some((name) => WORK.test(name)))
        return false;
      await nextTurn();
    }
    return true;
  }
}

/** HTTP calls of this process that have begun and not ended, as undici tells. */
class CallsInFlight {
  private readonly requests = new Set<object>();
  private readonly begin = (message: unknown): void => void this.requests.add((message as { request: object }).request);
  private readonly end = (message: unknown): void =>
    void this.requests.delete((message as { request: object }).request);

  constructor() {
    subscribe('undici:request:create', this.begin);
    subscribe('undici:request:trailers', this.end);
    subscribe('undici:request:error', this.end);
  }

  get count(): number {
    return this.requests.size;
  }

  close(): void {
    unsubscribe('undici:request:create', this.begin);
    unsubscribe('undici:request:trailers', this.end);
    unsubscribe('undici:request:error', this.end);
  }
}
