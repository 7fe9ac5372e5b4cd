import { type TProperties, Type } from 'typebox';

/** How long a list is. */
export const Limit = Type.Integer({ minimum: 1, maximum: 200, default: 50 });

/** Query of a list. `after` is the cursor that the page before named as `next`. */
export const pageQuery = <P extends TProperties>(filters: P) =>
  Type.Object({
    limit: Limit,
    after: Type.Optional(Type.String({ minLength: 1, maxLength: 2_048 })),
    ...filters,
  });

/** One page. `next` is missing on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

export function pageOf<T>(items: readonly T[], limit: number, cursorOf: (item: T) => string): Page<T> {
  const last = items.at(-1);
  return last !== undefined && items.length === limit ? { items, next: cursorOf(last) } : { items };
}
