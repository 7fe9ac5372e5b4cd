import { DmitryError } from '@dmitry/kit';

/** A line that cannot be used; the message names it. */
export const recordingInvalid = (line: number, why: string): DmitryError =>
  new DmitryError('pipeline.recording_invalid', `line ${line}: ${why}`, { severity: 'info', context: { line } });

export const recordingTooLarge = (line: number, limit: string): DmitryError =>
  new DmitryError('pipeline.recording_too_large', `line ${line}: a recording holds at most ${limit}`, {
    severity: 'info',
    context: { line },
  });

/** Findings are still waiting for their scores: what is exported now would not be what comes out. */
export const recordingUnsettled = (): DmitryError =>
  new DmitryError('pipeline.recording_unsettled', 'Findings still wait for their scores; export again in a moment.', {
    retryable: true,
    severity: 'info',
  });

export const recordingErased = (what: string): DmitryError =>
  new DmitryError('pipeline.recording_erased', `The key of ${what} was erased: this run can no longer be replayed.`, {
    severity: 'info',
  });
