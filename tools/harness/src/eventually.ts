import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again until there is an answer. For what another process does in its own time.
 * @param what names the wait in the error
 * @param ask undefined and null mean not yet; an error ends the wait
 * @throws Error when there is none in time
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined> | T | null | undefined,
  { withinMs = 30_000, everyMs = 100 }: { readonly withinMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const startedMs = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null) return answer;
    if (performance.now() - startedMs > withinMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await delay(everyMs);
  }
}
