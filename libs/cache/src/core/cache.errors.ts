import { DmitryError } from '@dmitry/kit';

export const invalidateFailed = (cause: unknown): DmitryError =>
  new DmitryError(
    'cache.invalidate_failed',
    'The cache did not confirm an invalidation, so old values may still be given; repeat it.',
    {
      retryable: true,
      cause,
    },
  );

export const optionsInvalid = (what: string): DmitryError =>
  new DmitryError(
    'cache.options_invalid',
    `The value cannot be cached: ${what}. Correct the options where they are written.`,
  );

/** What was loaded is not to be kept, and nothing stands in for it. Internal: never leaves this library. */
export class NotKept<T> extends Error {
  constructor(readonly value: T) {
    super('not kept');
  }
}
