/** Where a replay comes to something else. `at` is a path: kind, id, members. */
export interface Divergence {
  readonly at: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** Differences told of one value; a value that differs in more than this differs altogether. */
const MAX_OF_ONE = 16;

/** The places where two JSON values differ, leaf by leaf; what one side does not have is null. */
export function differences(at: string, expected: unknown, got: unknown): readonly Divergence[] {
  const found: Divergence[] = [];
  descend(found, at, expected, got);
  return found;
}

function descend(found: Divergence[], at: string, expected: unknown, got: unknown): void {
  if (found.length >= MAX_OF_ONE) return;
  if (isComposite(expected) && isComposite(got) && Array.isArray(expected) === Array.isArray(got)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(got)]);
    for (const name of [...names].sort()) descend(found, `${at}/${name}`, member(expected, name), member(got, name));
    return;
  }
  if (!Object.is(expected, got)) found.push({ at, expected: expected ?? null, got: got ?? null });
}

const isComposite = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const member = (value: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined;
