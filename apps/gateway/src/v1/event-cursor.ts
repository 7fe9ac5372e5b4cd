import { DmitryError } from '@dmitry/kit';

interface Named {
  readonly source: string;
  readonly id: string;
}

/** Names the last event of a page. It says nothing that the page did not: no number that others' events have moved. */
export const cursorOf = ({ source, id }: Named): string =>
  Buffer.from(JSON.stringify([source, id])).toString('base64url');

/** @throws DmitryError `request.invalid` for a text that no page has named */
export function namedBy(cursor: string): Named {
  const [source, id] = read(cursor);
  if (typeof source === 'string' && typeof id === 'string' && cursorOf({ source, id }) === cursor)
    return { source, id };
  throw new DmitryError('request.invalid', 'The cursor in `after` is not one that a page named as `next`.', {
    severity: 'info',
  });
}

function read(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
