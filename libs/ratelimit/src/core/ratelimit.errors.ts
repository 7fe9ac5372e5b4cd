import { DmitryError } from '@dmitry/kit';

export const requestInvalid = (what: string): DmitryError =>
  new DmitryError('ratelimit.request_invalid', `The limits cannot be judged: ${what}. Correct the policy or the call.`);

export const quotaExceeded = (policies: readonly string[], retryAfterMs: number | null): DmitryError => {
  const seconds = retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1_000);
  const when = seconds === null ? 'a call this large is never admitted' : `retry after ${seconds} s`;
  return new DmitryError('ratelimit.quota_exceeded', `Quota used up (${policies.join(', ')}); ${when}.`, {
    retryable: seconds !== null,
    severity: 'info',
    context: { violated_policies: policies, ...(retryAfterMs === null ? {} : { retryAfterMs }) },
  });
};

export const storeUnavailable = (): DmitryError =>
  new DmitryError(
    'ratelimit.store_unavailable',
    'Limits cannot be checked at the moment, so the call is refused; retry shortly.',
    {
      retryable: true,
      severity: 'warn',
      context: { retryAfterMs: 1_000 },
    },
  );
