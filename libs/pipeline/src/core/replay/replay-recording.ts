import type { AnalystLimits, TextGuard } from '@dmitry/analyst';
import { digestOf, type RecordingHeader, type RecordingLine } from '@dmitry/contracts';
import { compileRules, defaultRules } from '@dmitry/correlation';
import { FORMULA } from '@dmitry/risk';
import type { GatePolicy } from '@dmitry/safety-gate';
import { differences, type Divergence } from './divergence.ts';
import { type ByteSource, type NumberedLine, readRecording } from './recording-reader.ts';
import { recordingTooLarge } from './recording.errors.ts';
import { ReplayedDecisions } from './replayed-decisions.ts';
import { ReplayedEvents } from './replayed-events.ts';
import { ReplayedFindings } from './replayed-findings.ts';

export interface ReplayOptions {
  /** What takes secrets out of prompts and answers; it must be the one of the recorded deployment. */
  readonly guard: TextGuard;
  /** Judges under this policy instead of the recorded ones, and tells only where the verdict flips. */
  readonly policy?: GatePolicy;
  /** Sigma texts. @default the rules that come with `@dmitry/correlation` */
  readonly rules?: readonly string[];
  /** Limits of the analyst, where the recorded deployment had its own. */
  readonly limits?: Partial<AnalystLimits>;
}

export interface ReplayReport {
  /** SHA-256 over findings, scores, incidents and decisions as they came out now. The order in which events arrived does not show in it. */
  readonly state_digest: string;
  /** Empty when everything came out as recorded, byte for byte. */
  readonly divergences: readonly Divergence[];
}

/** Most lines of a recording, and most matched events that the fold may hold. */
const MAX_LINES = 5_000_000;
const MAX_ITEMS = 1_000_000;

/**
 * Promise P6: the recorded events, answers from outside, policies and times, through the rules, formula, analyst and gate of this build.
 * Nothing is called, written or looked up, and no clock is read. Reads line by line; what stays in memory is what the fold holds, one
 * finding, incident and decision each.
 * @throws DmitryError `pipeline.recording_invalid`, `pipeline.recording_too_large`, each naming the line
 */
export async function replayRecording(source: ByteSource, options: ReplayOptions): Promise<ReplayReport> {
  let replay: Replay | null = null;
  for await (const numbered of readRecording(source)) {
    const { line, number } = numbered;
    if (number > MAX_LINES) throw recordingTooLarge(number, `${MAX_LINES} lines`);
    if (line.kind === 'header') replay = new Replay(line, options);
    else await replay?.take({ number, line });
  }
  return (replay as Replay).report(); // the reader gives nothing that does not begin with a header
}

class Replay {
  readonly #header: Divergence[];
  readonly #events: ReplayedEvents;
  readonly #decisions: ReplayedDecisions;
  #findings: ReplayedFindings | null = null;

  constructor(
    private readonly header: RecordingHeader,
    options: ReplayOptions,
  ) {
    const { tenant, lateness_ms: latenessMs, rules_version, formula } = header;
    const ruleset = compileRules(options.rules ?? defaultRules());
    this.#events = new ReplayedEvents(ruleset, { tenant, latenessMs });
    this.#decisions = new ReplayedDecisions(tenant, options);
    this.#header = [
      ...differences('header', { rules_version, formula }, { rules_version: ruleset.version, formula: FORMULA }),
    ];
  }

  async take({ number, line }: NumberedLine): Promise<void> {
    switch (line.kind) {
      case 'policy':
        return this.#decisions.policy(line, number);
      case 'event':
        this.#events.take(line);
        if (this.#events.items > MAX_ITEMS) throw recordingTooLarge(number, `${MAX_ITEMS} events that rules match`);
        return;
      case 'advice':
        return this.#decisions.advice(line);
      case 'decision':
        return this.#decisions.decision(line, number);
      default:
        return this.#found(line);
    }
  }

  #found(line: RecordingLine): void {
    if (line.kind === 'finding') this.#afterEvents().finding(line);
    if (line.kind === 'incident') this.#afterEvents().incident(line);
  }

  #afterEvents(): ReplayedFindings {
    return (this.#findings ??= new ReplayedFindings(this.#events.standing(), this.header.tenant));
  }

  report(): ReplayReport {
    const { divergences, ...state } = this.#afterEvents().end();
    const decisions = [...this.#decisions.decisions].sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
    return {
      state_digest: digestOf({ v: 1, ...state, decisions }),
      divergences: [...this.#header, ...this.#events.divergences, ...divergences, ...this.#decisions.divergences],
    };
  }
}
