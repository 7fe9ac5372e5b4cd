import { DmitryError, isDmitryError } from '@dmitry/kit';

export const requestInvalid = (what: string): DmitryError =>
  new DmitryError('outbound.request_invalid', `The request cannot be sent: ${what}. Correct it where it is built.`);

/** The recorder's own coded fault, or one that says what its failure means. */
export const recorderFailed = (part: 'intent' | 'outcome', cause: unknown): DmitryError =>
  isDmitryError(cause)
    ? cause
    : new DmitryError(
        'outbound.recorder_failed',
        part === 'intent'
          ? 'The intent could not be recorded, so nothing was sent. Restore the ledger, then call again.'
          : 'The outcome could not be recorded, so the result is withheld. Restore the ledger, then read again or probe the effect.',
        { retryable: true, cause },
      );

export const streamCut = (reason: string): DmitryError =>
  new DmitryError(
    'outbound.stream_cut',
    `The streamed reply ended early (${reason}): discard what came and ask again.`,
    {
      retryable: true,
      severity: 'warn',
    },
  );
