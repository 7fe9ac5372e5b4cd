import { canonicalJson } from '@dmitry/contracts';

/**
 * A value that RFC 8785 can carry, so that no reply, however broken, keeps its outcome out of the ledger: lone surrogates, nesting
 * without end, numbers that are none. What cannot be carried is kept as the text that JSON.stringify makes of it.
 */
export function recordable(value: unknown): unknown {
  if (value === undefined) return null;
  try {
    canonicalJson(value);
    return value;
  } catch {
    return { not_canonical: asText(value) };
  }
}

function asText(value: unknown): string {
  try {
    return JSON.stringify(value).toWellFormed();
  } catch {
    return String(value).toWellFormed();
  }
}
