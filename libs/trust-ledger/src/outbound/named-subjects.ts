import type { CallIntent } from '@dmitry/outbound';

/** Names of one request that are kept, and the longest. */
const MAX_SUBJECTS = 16;
const MAX_LENGTH = 512;

/** What a call names: the segments of its path and the values of its query, decoded. Which of them are ids only a reader can tell. */
export function namedSubjects({ request }: CallIntent): readonly string[] {
  const path = (request as { readonly path?: unknown } | null | undefined)?.path;
  if (typeof path !== 'string' || !URL.canParse(path, BASE)) return [];
  const { pathname, searchParams } = new URL(path, BASE);
  const names = [...pathname.split('/').map(decoded), ...searchParams.values()];
  return [...new Set(names)].filter((name) => name !== '' && name.length <= MAX_LENGTH).slice(-MAX_SUBJECTS);
}

/** A path is relative to a service that is of no account here. */
const BASE = 'http://service';

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return ''; // names nothing
  }
}
