import { channel, type Channel } from 'node:diagnostics_channel';

/** A named stream of facts that a library reports about itself and that costs next to nothing while nobody listens. */
export interface EventChannel<E extends object> {
  readonly name: string;
  /** Whether anybody listens: ask before building a costly event. */
  readonly listened: boolean;
  /** Hands the event to every listener, at once. Never throws; listeners must not change it. */
  publish(event: E): void;
  /** @returns ends the subscription */
  subscribe(listener: (event: E) => void): () => void;
}

/**
 * The channel of that name, the same for every copy of this package in a process (node:diagnostics_channel).
 * @param name `dmitry:<library>:<what>`, past tense last, such as `dmitry:cache:read`
 */
export function eventChannel<E extends object>(name: `dmitry:${string}:${string}`): EventChannel<E> {
  const subject: Channel<E, unknown> = channel(name) as Channel<E, unknown>;
  return {
    name,
    get listened() {
      return subject.hasSubscribers;
    },
    publish: (event) => {
      if (subject.hasSubscribers) subject.publish(event);
    },
    subscribe: (listener) => {
      const guarded = (event: unknown): void => {
        try {
          listener(event as E);
        } catch {
          // a listener's fault must not become the library's: node would raise it as an uncaught exception
        }
      };
      subject.subscribe(guarded);
      return () => {
        subject.unsubscribe(guarded);
      };
    },
  };
}
