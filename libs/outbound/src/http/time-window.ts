import type { Clock } from '@dmitry/kit';

/** Why a window's signal aborted. */
export class Stopped extends Error {
  constructor(readonly reason: 'timeout' | 'deadline' | 'aborted') {
    super(reason);
    this.name = 'Stopped';
  }
}

// One object for all: building an error per finished call would cost more than the timer it cancels.
const MET = new Error('the limit was met');

export interface WindowOptions {
  readonly limitMs: number;
  /** What it means when the limit passes. */
  readonly reason: 'timeout' | 'deadline';
  readonly parent?: AbortSignal | undefined;
}

/** A time limit and a parent's signal as one signal. Leaves no timer and no listener behind once closed. */
export class TimeWindow {
  private readonly controller = new AbortController();
  private readonly timer = new AbortController();
  private readonly parent: AbortSignal | undefined;

  constructor(clock: Clock, options: WindowOptions) {
    this.parent = options.parent;
    if (this.parent?.aborted) this.onParent();
    else this.parent?.addEventListener('abort', this.onParent, { once: true });
    const stop = (): void => this.controller.abort(new Stopped(options.reason));
    if (options.limitMs <= 0) stop();
    else clock.sleep(options.limitMs, this.timer.signal).then(stop, () => undefined);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The limit no longer applies; the parent's abort still does. */
  met(): void {
    this.timer.abort(MET);
  }

  close(): void {
    this.met();
    this.parent?.removeEventListener('abort', this.onParent);
  }

  private readonly onParent = (): void => {
    const reason: unknown = this.parent?.reason;
    this.controller.abort(reason instanceof Stopped ? reason : new Stopped('aborted'));
  };
}
