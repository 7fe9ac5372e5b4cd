import { requestInvalid } from '../core/index.ts';

/** Longest id that an entity may have (contracts' EntityRef). */
const MAX_ID_LENGTH = 512;

/**
 * An id as one path segment. Dot segments are refused, because a server takes them for a path (RFC 3986 5.2.4) even when encoded.
 * @throws DmitryError `platform.request_invalid`
 */
export function segment(id: string): string {
  if (id === '' || id === '.' || id === '..' || id.length > MAX_ID_LENGTH || !id.isWellFormed()) {
    throw requestInvalid('An id has 1 to 512 characters and is not a dot segment');
  }
  return encodeURIComponent(id);
}

/** `?a=1&b=2` of the members that are given, in their order; '' when there is none. */
export function queryOf(members: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  const text = new URLSearchParams(given).toString();
  return text === '' ? '' : `?${text}`;
}
