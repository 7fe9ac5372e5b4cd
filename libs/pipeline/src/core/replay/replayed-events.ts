import { digestOf, type RecordedEvent } from '@dmitry/contracts';
import { type CorrelationEvent, correlationEvent, createFold, type Fold, type FindingDraft } from '@dmitry/correlation';
import type { RuleSet } from '@dmitry/correlation';
import { normalise } from '@dmitry/normalise';
import type { Divergence } from './divergence.ts';

/** Events folded in one piece; those of one time of arrival come together, as they did. */
const MAX_BATCH = 512;

/** Folds the recorded events under the rules of this build: normalised anew, matched anew. */
export class ReplayedEvents {
  readonly divergences: Divergence[] = [];
  readonly #standing = new Map<string, FindingDraft>();
  readonly #fold: Fold;
  readonly #state;
  #batch: CorrelationEvent[] = [];
  #receivedMs = Number.NaN;

  constructor(
    ruleset: RuleSet,
    private readonly options: { readonly tenant: string; readonly latenessMs: number },
  ) {
    this.#fold = createFold(ruleset, options);
    this.#state = this.#fold.empty();
  }

  /** Matched events that the fold holds. */
  get items(): number {
    return this.#state.items;
  }

  take({ number, source, id, format, received_ms: receivedMs, digest, record }: RecordedEvent): void {
    const at = `events/${number}`;
    const result = normalise(format, record, { tenant: this.options.tenant, receivedMs, source });
    if (!result.ok) {
      this.divergences.push({ at, expected: digest, got: result.faults[0]?.code ?? null });
      return;
    }
    this.#expect(`${at}/digest`, digest, digestOf(result.event));
    this.#expect(`${at}/source`, source, result.identity.source);
    this.#expect(`${at}/id`, id, result.identity.id);
    if (receivedMs !== this.#receivedMs || this.#batch.length >= MAX_BATCH) this.#flush();
    this.#receivedMs = receivedMs;
    this.#batch.push(correlationEvent(result, record));
  }

  /** Findings that stand after all events, by id. */
  standing(): ReadonlyMap<string, FindingDraft> {
    this.#flush();
    return this.#standing;
  }

  #expect(at: string, expected: string, got: string): void {
    if (expected !== got) this.divergences.push({ at, expected, got });
  }

  /** Without the eviction of `observe`: stored state has none. */
  #flush(): void {
    if (this.#batch.length === 0) return;
    const detected = this.#fold.detect(this.#state, this.#batch);
    const added = this.#fold.accumulate(this.#state, detected.risk);
    this.#batch = [];
    for (const { findings, retracted } of [detected, added]) {
      for (const id of retracted) this.#standing.delete(id);
      for (const draft of findings) this.#standing.set(draft.id, draft);
    }
  }
}
