export interface ClipLimits {
  readonly maxItems: number;
  readonly maxText: number;
  readonly maxDepth: number;
  readonly maxNodes: number;
}

const PROMPT_LIMITS: ClipLimits = { maxItems: 20, maxText: 1_000, maxDepth: 8, maxNodes: 2_000 };

/** JSON cut to what a prompt can bear, its members in the order of their names, its text made well-formed. `clipped` says whether anything is missing. Never throws. */
export function clip(
  value: unknown,
  limits: ClipLimits = PROMPT_LIMITS,
): { readonly value: unknown; readonly clipped: boolean } {
  const state: ClipState = { ...limits, nodes: 0, clipped: false };
  return { value: cut(value, state, 0), clipped: state.clipped };
}

interface ClipState extends ClipLimits {
  nodes: number;
  clipped: boolean;
}

function cut(value: unknown, state: ClipState, depth: number): unknown {
  state.nodes += 1;
  if (typeof value === 'string') return cutText(value, state);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'number' && !Number.isFinite(value) ? null : (value ?? null);
  if (depth >= state.maxDepth || state.nodes >= state.maxNodes) return dropped(state);
  if (Array.isArray(value)) return head(value, state).map((item) => cut(item, state, depth + 1));
  const members = head(sortedEntries(value), state);
  return Object.fromEntries(members.map(([key, member]) => [cutText(key, state), cut(member, state, depth + 1)]));
}

/** By name, so that what is shown of a value depends on what it says and not on how it was spelled: a replay reads it back sorted. */
const sortedEntries = (value: object): readonly [string, unknown][] =>
  Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

function head<T>(items: readonly T[], state: ClipState): readonly T[] {
  if (items.length <= state.maxItems) return items;
  state.clipped = true;
  return items.slice(0, state.maxItems);
}

function cutText(text: string, state: ClipState): string {
  if (text.length <= state.maxText) return text.toWellFormed();
  state.clipped = true;
  return `${text.slice(0, state.maxText)}…`.toWellFormed();
}

function dropped(state: ClipState): string {
  state.clipped = true;
  return '…';
}
