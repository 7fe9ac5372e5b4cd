import { sha256Hex } from '@dmitry/contracts';
import { INBOX_CONFLICT } from '@dmitry/messaging';
import type { Tx } from '@dmitry/storage';
import { elementTexts } from './element-texts.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import type { EventRecorder, IncomingEvent, RecordOutcome } from './record-events.ts';

/** Where dead letters of records that people and services sent themselves say they came from. */
const SUBMITTED = 'http:/v1/events';

/** What one request holds, and its body as it came. */
export interface Submission {
  readonly events: readonly IncomingEvent[];
  /** A JSON object whose member `records` has a text for each of the events. */
  readonly body: Uint8Array;
}

/** Events that somebody sends directly. What cannot be read is told the sender; a conflict is also kept, as it is for events of the bus. */
export class EventSubmitter {
  constructor(
    private readonly options: Pick<PipelineOptions, 'deadLetters' | 'clock'>,
    private readonly recorder: EventRecorder,
  ) {}

  /** The outcomes stand in the order of the events, which are acknowledged when this resolves. */
  submit(tenant: string, { events, body }: Submission): Promise<readonly RecordOutcome[]> {
    return this.recorder.record(tenant, events, async (tx, outcomes) => {
      if (!outcomes.some(({ status }) => status === 'conflict')) return;
      const texts = elementTexts(Buffer.from(body).toString('utf8'), 'records');
      for (const [at, outcome] of outcomes.entries())
        if (outcome.status === 'conflict') await this.#keep(tx, outcome.eventId, texts[at] ?? '');
    });
  }

  async #keep(tx: Tx, key: string, text: string): Promise<void> {
    const value = Buffer.from(text);
    const record = { offset: offsetOf(value), key, value, headers: {}, timestampMs: this.options.clock.now() };
    const detail = 'another content was accepted under the id of this event before';
    await this.options.deadLetters.put(tx, { topic: SUBMITTED, partition: 0, record, code: INBOX_CONFLICT, detail });
  }
}

/** Requests have no offsets; the same bytes again are the same dead letter. */
const offsetOf = (value: Uint8Array): string => BigInt(`0x${sha256Hex(value).slice(0, 15)}`).toString();
