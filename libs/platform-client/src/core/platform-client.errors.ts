import { DmitryError } from '@dmitry/kit';

export const requestInvalid = (what: string): DmitryError =>
  new DmitryError('platform.request_invalid', `${what}. Correct it before calling.`, { severity: 'warn' });
