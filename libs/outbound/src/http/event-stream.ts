import type { Clock } from '@dmitry/kit';
import { type CallOutcome, type Failed, type OpenRecord, outcomeOf, type Replied, streamCut } from '../core/index.ts';
import { Stopped } from './time-window.ts';
import { type OpenReply, reasonOf } from './wire.ts';

export interface EventStreamParts {
  readonly reply: OpenReply;
  readonly record: OpenRecord;
  readonly clock: Clock;
  readonly maxBytes: number;
  readonly startMs: number;
  readonly attempts: number;
  /** Aborts when the call's deadline passes or the caller gives up. */
  readonly signal: AbortSignal;
  /** Gives back the place and the windows, and counts. */
  readonly over: (end: Replied | Failed) => void;
}

type Cut = Failed['reason'];

/**
 * A streamed reply: passes text on in order, keeps it, and records the outcome with the whole text when it is over - at its end, when it
 * is cut, when the reader leaves early, or when the deadline passes though nobody reads.
 */
export class EventStream {
  readonly entry: Promise<string>;
  readonly chunks: AsyncIterable<string>;
  private end: (cut: Cut | null) => void = () => undefined;
  private text = '';

  constructor(private readonly parts: EventStreamParts) {
    const { signal } = parts;
    const ended = new Promise<Cut | null>((resolve) => (this.end = resolve));
    const onAbort = (): void => this.end(cutBy(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    this.entry = ended.then((cut) => {
      signal.removeEventListener('abort', onAbort);
      return this.finish(cut);
    });
    // Whoever reads the chunks learns of a failing recorder there; nobody has to await the entry.
    this.entry.catch(() => undefined);
    this.chunks = this.read();
  }

  private async *read(): AsyncGenerator<string> {
    let cut: Cut | null = 'aborted'; // what it stays when the reader leaves early
    try {
      yield* this.texts();
      cut = null;
    } catch (error) {
      cut = error instanceof TooLarge ? 'too_large' : cutBy(error);
    } finally {
      this.end(cut);
      await this.entry; // the outcome is durable before the reader sees the end (promise P1)
    }
    if (cut) throw streamCut(cut);
  }

  private async *texts(): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let size = 0;
    for await (const bytes of this.parts.reply.body) {
      size += bytes.byteLength;
      if (size > this.parts.maxBytes) throw new TooLarge();
      const text = decoder.decode(bytes, { stream: true });
      this.text += text;
      if (text) yield text;
    }
  }

  private finish(cut: Cut | null): Promise<string> {
    const { reply, clock, startMs, attempts, record, over } = this.parts;
    const { status, headers } = reply;
    const cost = { latencyMs: clock.monotonicMs() - startMs, attempts };
    const end: Replied | Failed = cut
      ? { kind: 'failed', reason: cut, left: true, status }
      : { kind: 'reply', status, headers, body: this.text };
    over(end);
    const outcome: CallOutcome = outcomeOf(end, cost);
    return record.close(cut ? { ...outcome, response: { cut, body: this.text } } : outcome);
  }
}

class TooLarge extends Error {}

function cutBy(error: unknown): Cut {
  if (error instanceof Stopped) return error.reason;
  return reasonOf(error, true) === 'timeout' ? 'timeout' : 'reset';
}
