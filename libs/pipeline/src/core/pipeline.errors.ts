import { DmitryError } from '@dmitry/kit';

/** The id names nothing of this tenant. */
export const notFound = (what: string): DmitryError =>
  new DmitryError('request.not_found', `No ${what} of that id; list them to find the right one.`, { severity: 'info' });

/** Everything of a tenant is erased only where it is named. */
export const erasureUnconfirmed = (): DmitryError =>
  new DmitryError(
    'pipeline.erasure_unconfirmed',
    'Without a subject everything of the tenant would be erased; name the tenant in `confirm` to do that.',
    { severity: 'info' },
  );

/** The analyst cannot answer now; the job comes again. */
export const adviceUnavailable = (code: string): DmitryError =>
  new DmitryError('pipeline.advice_unavailable', `The analyst gave no answer (${code}); it is asked again later.`, {
    retryable: true,
    severity: 'warn',
    context: { code },
  });
